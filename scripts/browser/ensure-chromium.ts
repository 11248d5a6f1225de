import { join } from "node:path";
import { canInstallWithApt, installWithApt } from "../processes/install-with-apt";
import { Problem } from "../processes/problem";
import { runCommand } from "../processes/run-command";
import { ROOT } from "../root";
import { findChromium } from "./find-chromium";

/** A browser for the e2e tests, installed if there is none. Throws a `Problem` when that cannot be done here. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found !== null) return found;
  const attempts = [...(canInstallWithApt() ? [() => installWithApt("chromium")] : []), installWithPlaywright];
  const outputs: string[] = [];
  for (const install of attempts) {
    outputs.push(await install());
    const installed = findChromium();
    if (installed !== null) return installed;
  }
  throw new Problem(
    `There is no Chromium for the e2e tests, and it could not be installed:\n${outputs.join("\n").trim().slice(-2000)}`,
    "Install one (Debian, Ubuntu: sudo apt-get install chromium), or name one: CHROMIUM_PATH=/path/to/chrome npm test",
  );
}

async function installWithPlaywright(): Promise<string> {
  const program = join(ROOT, "node_modules", ".bin", "playwright");
  return (await runCommand(program, ["install", "chromium"])).output;
}
