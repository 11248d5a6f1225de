import { existsSync } from "node:fs";
import { chromium } from "playwright";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The browser for the e2e tests: the one in CHROMIUM_PATH, else the build that Playwright has downloaded, else the
 * system's. Null when there is none.
 */
export function findChromium(
  explicit: string | undefined = process.env.CHROMIUM_PATH,
  exists: (path: string) => boolean = existsSync,
): string | null {
  if (explicit) return explicit;
  return [chromium.executablePath(), ...SYSTEM].find((path) => path !== "" && exists(path)) ?? null;
}
