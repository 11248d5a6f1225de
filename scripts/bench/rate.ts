const CALLS_BETWEEN_LOOKS = 200;

/** How often a second `work` runs, one call after the other, for the given time. */
export function rateOf(work: () => unknown, durationMs: number): number {
  const startedAt = performance.now();
  let calls = 0;
  for (;;) {
    for (let left = CALLS_BETWEEN_LOOKS; left > 0; left -= 1) work();
    calls += CALLS_BETWEEN_LOOKS;
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs >= durationMs) return (calls * 1000) / elapsedMs;
  }
}

/** The same for work that is awaited. */
export async function rateOfAsync(work: () => Promise<unknown>, durationMs: number): Promise<number> {
  const startedAt = performance.now();
  for (let calls = 1; ; calls += 1) {
    await work();
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs >= durationMs) return (calls * 1000) / elapsedMs;
  }
}
