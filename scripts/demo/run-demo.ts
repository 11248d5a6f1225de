import { recordServices } from "../processes/run-record";
import { startService } from "../processes/service";
import type { Shutdown } from "../processes/shutdown";
import { ROOT } from "../root";
import { nextCommand, preloadOptions } from "../server/next-command";
import { waitUntilReady } from "../server/wait-until-ready";
import { startBackServices } from "./back-services";
import { ensureBuild, isBuilt } from "./build";
import type { DemoFile } from "./demo-file";
import { takeFirstPayments } from "./first-payments";
import { holdDataDir } from "./hold-data-dir";
import type { DemoSettings } from "./settings";
import { printCodeOnEnter, printSignIn } from "./sign-in";
import { createSignedClient } from "./signed-client";
import { step } from "./steps";

/** The browser reaches it as `localhost`; other machines do not: the demo's passwords are printed on a screen. */
const HOSTNAME = "127.0.0.1";

type Demo = Readonly<{ settings: DemoSettings; shutdown: Shutdown; mode: "production" | "development" }>;

/** Brings a whole demo up, from the build to the first payments, and says where to sign in. */
export async function runDemo({ settings, shutdown, mode }: Demo): Promise<void> {
  const { dataDir, port } = settings;
  const release = await holdDataDir(settings);
  shutdown.add({ stop: async () => release(), kill: release });
  if (mode === "production" && !isBuilt(ROOT)) {
    await step("Building (the first time takes longest)", () => ensureBuild({ root: ROOT, signal: shutdown.signal }));
  }
  const { demo, sandbox, serverEnv } = await startBackServices({ settings, shutdown, mode });
  await step("Starting the server", async () => {
    const server = startService({
      name: "server",
      args: nextCommand(mode === "production" ? "start" : "dev", { root: ROOT, port, hostname: HOSTNAME }),
      env: mode === "production" ? serverEnv : { ...serverEnv, NODE_OPTIONS: preloadOptions(ROOT) },
      dataDir,
      shutdown,
    });
    recordServices(dataDir, [sandbox, server]);
    await waitUntilReady(port, shutdown.signal);
  });
  if (mode === "production") await showFirstPayments(demo);
  printSignIn(demo, dataDir);
  process.send?.("ready"); // the e2e tests wait for this
  printCodeOnEnter(demo);
}

/** A demo without them is still one: with a limit set very low, for instance, they are refused. */
async function showFirstPayments(demo: DemoFile): Promise<void> {
  const client = createSignedClient(demo.url, demo.apiKey);
  try {
    const lines = await step("Taking payments over the signed API", () => takeFirstPayments(client, new Date()));
    for (const line of lines) console.log(`    ${line}`);
  } catch (error) {
    console.error(`  The first payments were not taken: ${error instanceof Error ? error.message : String(error)}`);
  }
}
