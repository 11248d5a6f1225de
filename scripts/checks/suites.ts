import { join } from "node:path";
import { ROOT } from "../root";
import { readPlaywrightReport, readVitestReport } from "./reports";
import { runSuite } from "./run-suite";
import type { SuiteResult } from "./suite";

const bin = (name: string) => join(ROOT, "node_modules", ".bin", name);

/** Format and lint: style, dependency direction, file and function size. */
export function runLint(): Promise<SuiteResult> {
  return runSuite({ name: "format and lint", command: () => [bin("biome"), "check", "--error-on-warnings"] });
}

/** Types. Next writes some of them, from the routes that there are. */
export async function runTypes(): Promise<SuiteResult> {
  const typegen = await runSuite({ name: "types", command: () => [bin("next"), "typegen"] });
  if (typegen.failed > 0) return typegen;
  const check = await runSuite({ name: "types", command: () => [bin("tsc"), "--noEmit"] });
  return { ...check, seconds: typegen.seconds + check.seconds };
}

/** The production build, unless there is that of these sources. */
export function runBuild(): Promise<SuiteResult> {
  return runSuite({
    name: "build",
    command: () => [process.execPath, "--import", "tsx", join(ROOT, "scripts/build.ts")],
  });
}

export function runUnit(): Promise<SuiteResult> {
  return runVitest("unit");
}

export function runIntegration(): Promise<SuiteResult> {
  return runVitest("integration");
}

function runVitest(project: "unit" | "integration"): Promise<SuiteResult> {
  return runSuite({
    name: project,
    command: (report) => [
      bin("vitest"),
      ...["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    ],
    readReport: readVitestReport,
  });
}

/** The production build in Chromium, the program at `browser`; in full with every theme at every width. */
export function runE2e(browser: string, { isFull }: { isFull: boolean }): Promise<SuiteResult> {
  return runSuite({
    name: "e2e",
    command: () => [bin("playwright"), "test", "--reporter=list,json"],
    env: (report) => ({
      CHROMIUM_PATH: browser,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      TEST_FULL: isFull ? "1" : "",
    }),
    readReport: readPlaywrightReport,
    isLive: true,
  });
}
