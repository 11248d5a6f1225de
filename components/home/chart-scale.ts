/** Ends of an axis that people can read, and halve, in tenths of a power of ten. */
const STEPS = [10n, 12n, 16n, 20n, 24n, 30n, 40n, 50n, 60n, 80n] as const;

/**
 * The smallest round number that is not below `largest`, both in minor units. Zero or less gives 10: an axis must have
 * a length.
 */
export function roundCeiling(largest: bigint): bigint {
  for (let power = 1n; ; power *= 10n) {
    for (const step of STEPS) {
      if (step * power >= largest) return step * power;
    }
  }
}

/** `value` as a share of `ceiling`, 0 to 1 in steps of a ten-thousandth: drawing needs no more, and money is not a float. */
export function shareOf(value: bigint, ceiling: bigint): number {
  if (ceiling <= 0n || value <= 0n) return 0;
  return Math.min(Number((value * 10_000n) / ceiling), 10_000) / 10_000;
}
