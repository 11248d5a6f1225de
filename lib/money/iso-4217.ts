import { data as listOfJune2024 } from "currency-codes";

/** One row of ISO 4217: `exponent` is how many decimals the minor unit is away from the major one. */
export type IsoCurrency = Readonly<{ code: string; name: string; exponent: number }>;

type Amendment = Readonly<{ number: number; from: string; added?: IsoCurrency; withdrawn?: string }>;

/**
 * What the standard's maintenance agency (SIX) changed after the package's list of 25 June 2024. `from` is the day a
 * change took effect. Add the next one here on its day, not before: this file has no clock.
 */
const AMENDMENTS: readonly Amendment[] = [
  {
    number: 176,
    from: "2025-03-31",
    added: { code: "XCG", name: "Caribbean Guilder", exponent: 2 },
    withdrawn: "ANG",
  },
  { number: 178, from: "2021-06-30", withdrawn: "CUC" },
  { number: 179, from: "2025-05-12", added: { code: "XAD", name: "Arab Accounting Dinar", exponent: 2 } },
  { number: 180, from: "2026-01-01", withdrawn: "BGN" },
];

/** Metals, bond units, units of account, tests and "no currency": the standard says N.A., the package says 0. */
const WITHOUT_MINOR_UNIT = new Set("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split(" "));

/** Every code with a minor unit, in alphabetical order. Withdrawn ones stay: old payments must still be shown. */
export const ISO_CURRENCIES: readonly IsoCurrency[] = listOfJune2024
  .map(({ code, currency, digits }) => ({ code, name: currency, exponent: digits }))
  .filter(({ code }) => !WITHOUT_MINOR_UNIT.has(code))
  .concat(AMENDMENTS.flatMap((amendment) => amendment.added ?? []))
  .toSorted((left, right) => (left.code < right.code ? -1 : 1));

/** Codes that no new payment may use. */
export const WITHDRAWN_CODES: ReadonlySet<string> = new Set(
  AMENDMENTS.flatMap((amendment) => amendment.withdrawn ?? []),
);
