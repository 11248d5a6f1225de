/** The contract's waits before each attempt after the first, in seconds. */
export const LADDER_SECONDS = [5, 60, 300, 1800, 7200, 21_600, 86_400] as const;

/** Of a wait at most this share is added to it, so that what failed together does not come back together. */
const JITTER = 0.1;

/** How long to wait after the attempt at a rung has failed, in seconds; null when it was the last. `random` is from 0 to 1. */
export function waitAfter(rung: number, random: number): number | null {
  const seconds = LADDER_SECONDS[rung];
  return seconds === undefined ? null : seconds * (1 + JITTER * random);
}
