import { existsSync } from "node:fs";
import { runCommand } from "./run-command";

/** Whether a Debian package can be installed here without asking anybody. */
export function canInstallWithApt(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs a Debian package; what apt-get printed. Whether it is there now is for the caller to see. */
export async function installWithApt(name: string): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const update = await runCommand("apt-get", ["update", "-qq"], { env });
  const install = await runCommand("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], { env });
  return `${update.output}${install.output}`;
}
