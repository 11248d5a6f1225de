/** A count of the currency's smallest unit, and how many decimals make one major unit: 12.50 is 1250 at 2. */
export type Amount = Readonly<{ units: bigint; decimals: number }>;

// ISO 4217 knows no currency with more than four decimals; 12 + 4 digits fit SQLite's 64-bit integer.
const DECIMAL = /^(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,4}))?$/;

/** Reads a decimal string in major units, above zero, keeping the decimals it was sent with; null if it is none. */
export function parseAmount(text: string): Amount | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  const units = BigInt(whole + fraction);
  return units > 0n ? { units, decimals: fraction.length } : null;
}

/** Writes a decimal string with exactly the amount's decimals. */
export function formatAmount({ units, decimals }: Amount): string {
  if (decimals === 0) return units.toString();
  const digits = units.toString().padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Units of the amount at another number of decimals; null where that would need rounding. */
export function unitsAtScale(amount: Amount, decimals: number): bigint | null {
  if (amount.decimals > decimals) return null;
  return amount.units * 10n ** BigInt(decimals - amount.decimals);
}
