import { defineConfig } from "@playwright/test";
import { findChromium } from "./scripts/browser/find-chromium";
import { readDemoUrl } from "./scripts/e2e/demo-url";

const executablePath = findChromium();
/** Only the pages under test: none of the browser's own calls home. Root must also do without its sandbox. */
const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

const AFTERWARDS = "afterwards/*.spec.ts";

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./scripts/e2e/global-setup.ts",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: process.env.CI === "true",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    ...readDemoUrl(),
    screenshot: "only-on-failure",
    launchOptions: { args, ...(executablePath === null ? {} : { executablePath }) },
  },
  projects: [
    { name: "chromium", testIgnore: AFTERWARDS, use: { browserName: "chromium" } },
    // What all the others have left behind.
    { name: "afterwards", testMatch: AFTERWARDS, dependencies: ["chromium"] },
  ],
});
