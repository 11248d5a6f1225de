/** What a suite came to. `output` is all that it printed. */
export type SuiteResult = Readonly<{
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  output: string;
}>;

export type Counts = Readonly<{ passed: number; failed: number; skipped: number }>;

/** Adds up the suites. */
export function totalOf(results: readonly SuiteResult[]): Counts {
  const sum = (of: (result: SuiteResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return { passed: sum((r) => r.passed), failed: sum((r) => r.failed), skipped: sum((r) => r.skipped) };
}

/**
 * Why these results are not good enough, one reason a line; none when they are. A suite that ran nothing has proved
 * nothing; on CI neither has a test that was skipped.
 */
export function shortcomings(results: readonly SuiteResult[], isCi: boolean): readonly string[] {
  return results.flatMap(({ name, passed, failed, skipped }) => [
    ...(failed > 0 ? [`${name}: ${failed} failed`] : []),
    ...(passed + failed === 0 ? [`${name}: no test ran`] : []),
    ...(isCi && skipped > 0 ? [`${name}: ${skipped} skipped, and with CI=true none may be`] : []),
  ]);
}

/** The plain line that ends `npm test`. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
