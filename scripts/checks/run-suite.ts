import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../processes/run-command";
import { ROOT } from "../root";
import type { Counts, SuiteResult } from "./suite";

type Suite = Readonly<{
  name: string;
  /** The command for a report at the given path. */
  command: (reportFile: string) => readonly [program: string, ...args: string[]];
  env?: (reportFile: string) => Readonly<Record<string, string>>;
  /** Reads the report. Without it the suite is one test: its exit code. */
  readReport?: (reportFile: string) => Counts;
  /** Whether what it prints is shown as it comes. */
  isLive?: boolean;
}>;

/** Runs one suite to its end. A run that fails without a failed test (it never got that far) counts as one failure. */
export async function runSuite({ name, command, env, readReport, isLive = false }: Suite): Promise<SuiteResult> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "countinghouse-report-"));
  const reportFile = join(folder, "report.json");
  try {
    const [program, ...args] = command(reportFile);
    const { code, output } = await runCommand(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env?.(reportFile) },
      ...(isLive && { onOutput: (chunk) => process.stdout.write(chunk) }),
    });
    const counts = readReport === undefined ? exitCodeAlone(code) : withExitCode(code, readReport, reportFile);
    return { name, ...counts, seconds: (performance.now() - startedAt) / 1000, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function exitCodeAlone(code: number): Counts {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function withExitCode(code: number, readReport: (path: string) => Counts, reportFile: string): Counts {
  try {
    const counts = readReport(reportFile);
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
