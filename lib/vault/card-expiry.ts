/** The month a card is good through. `month` is 1 to 12, `year` has four digits. */
export type CardExpiry = Readonly<{ month: number; year: number }>;

export type ParsedExpiry =
  | Readonly<{ ok: true; expiry: CardExpiry }>
  | Readonly<{ ok: false; code: "expiry_invalid" | "card_expired" }>;

/** Baker Island keeps UTC−12: a month ends there last. */
const LAST_TIME_ZONE_HOURS = 12;

/**
 * A card is good through the last day of its month wherever its holder is: it is refused once that month is over
 * everywhere on earth, twelve hours after it ended in UTC (`now`: the database's clock, as for every deadline). Too strict by a time zone would turn away good customers on
 * their last evening; too lenient costs nothing, because the issuer decides. `expiry_invalid`: no month of a calendar.
 */
export function parseExpiry(month: unknown, year: unknown, now: Date): ParsedExpiry {
  if (!(isWholeBetween(month, 1, 12) && isWholeBetween(year, 1000, 9999))) return { ok: false, code: "expiry_invalid" };
  // Date.UTC counts months from 0, so `month` is the one after the card's.
  const endsMs = Date.UTC(year, month, 1, LAST_TIME_ZONE_HOURS);
  return now.getTime() < endsMs ? { ok: true, expiry: { month, year } } : { ok: false, code: "card_expired" };
}

function isWholeBetween(value: unknown, from: number, to: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to;
}
