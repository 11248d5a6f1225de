/**
 * Whether a run of ASCII digits carries a right Luhn check digit (ISO/IEC 7812-1, annex B).
 * Anything that is not one or more ASCII digits is false.
 */
export function isLuhnValid(digits: string): boolean {
  if (digits.length === 0) return false;
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 48;
    if (digit < 0 || digit > 9) return false;
    const weighted = fromRight % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
