/** One step of the position permutation: applied once for each place from the right, it repeats after eight. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const;
const PERIOD = 8;

/** The product of two elements of the dihedral group D5: 0 to 4 are rotations, 5 to 9 reflections. */
function compose(left: number, right: number): number {
  const turn = right % 5;
  const rotation = left < 5 ? (left + turn) % 5 : (left - turn + 5) % 5;
  return left < 5 === right < 5 ? rotation : rotation + 5;
}

function permute(digit: number, times: number): number {
  let permuted = digit;
  for (let step = 0; step < times; step += 1) permuted = PERMUTATION[permuted] ?? permuted;
  return permuted;
}

/**
 * Whether a run of ASCII digits carries a right Verhoeff check digit (J. Verhoeff, 1969), the one in Aadhaar numbers.
 * Anything that is not one or more ASCII digits is false.
 */
export function isVerhoeffValid(digits: string): boolean {
  if (digits.length === 0) return false;
  let check = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 48;
    if (digit < 0 || digit > 9) return false;
    check = compose(check, permute(digit, fromRight % PERIOD));
  }
  return check === 0;
}
