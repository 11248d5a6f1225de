import type { SuiteResult } from "./suite";

/** Prints one line for a suite that passed, all that it said for one that did not, and hands the result on. */
export function showResult(result: SuiteResult): SuiteResult {
  const { name, passed, failed, skipped, seconds, output } = result;
  const isGood = failed === 0 && passed > 0;
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  const line = `${isGood ? "✓" : "✗"} ${name.padEnd(16)} ${counts.filter(Boolean).join(", ")}`;
  console.log(`${line.padEnd(48)} ${seconds.toFixed(1)} s`);
  if (!isGood) console.log(`\n${output.trimEnd()}\n`);
  return result;
}
