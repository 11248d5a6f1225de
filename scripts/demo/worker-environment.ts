import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hasSecret, keptSecret } from "../data-dir/secrets";
import { Problem } from "../processes/problem";
import { ROOT } from "../root";
import { serverEnvironment } from "../server/server-environment";
import { readDemoFile } from "./demo-file";
import { readDemoSettings } from "./settings";

/** Gives this process the environment of a server: its own with what `.env` adds, or else that of the demo of DATA_DIR. */
export function takeServerEnvironment(): void {
  const file = join(ROOT, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  if (!process.env.DATABASE_URL) Object.assign(process.env, demoEnvironment());
  Object.assign(process.env, { NODE_ENV: "production" });
}

function demoEnvironment(): NodeJS.ProcessEnv {
  const { dataDir, port } = readDemoSettings(process.env);
  const demo = readDemoFile(dataDir);
  const secret = (section: string): string => {
    if (hasSecret(dataDir, section)) return keptSecret(dataDir, section, z.string(), () => "");
    throw new Problem(`${dataDir} has no ${section}.`, "Start the demo once with npm run demo.");
  };
  if (!demo) {
    throw new Problem(
      `DATABASE_URL is not set, and ${dataDir} has no demo.`,
      "Set what the servers are started with (see .env.example), or start the demo first.",
    );
  }
  const { url, databaseUrl, sandboxUrl } = demo;
  const secrets = {
    authSecret: secret("authSecret"),
    masterKey: secret("masterKey"),
    sandboxCallbackSecret: secret("sandboxCallbackSecret"),
  };
  return serverEnvironment(
    { port, dataDir, url, databaseUrl, sandboxUrl, mode: "production", ...secrets },
    process.env,
  );
}
