import type Stripe from "stripe";
import { z } from "zod";
import type { ChargeLookup, FoundCharge, Unknown } from "../payment-gateway";
import type { Budget } from "./client";
import { learnIntent } from "./conclude-intent";
import { toStripeAmount } from "./currency-units";
import { refusalAsUnknown, throwRefusal, unknown } from "./error";
import { gatewayId } from "./intent";
import { openIntent } from "./open-intent";

/** Stripe keeps a key for at least a day. An hour less, for clocks that differ. */
const KEY_KEPT_SECONDS = 23 * 3600;
const CLOCKS_DIFFER_SECONDS = 3600;
const PAGE = 100;
const MAX_PAGES = 20;

/**
 * Asks for a charge by our payment id: opening its intent again gives the one that there is. Where Stripe may have forgotten
 * the key since, all intents since the payment was written are looked through, and unless all were, nothing is known.
 */
export async function findStripeCharge(stripe: Stripe, lookup: ChargeLookup, budget: Budget): Promise<FoundCharge> {
  const amount = toStripeAmount(lookup.amount);
  if (amount === null) return { kind: "absent" };
  const opened = await openIntent(stripe, lookup, amount, budget);
  if (opened.kind === "unknown") return opened;
  if (opened.kind === "conflict") throwRefusal(opened);
  const own = opened.kind === "opened" ? opened.intent : null;
  const keyEndsAt = Math.floor(lookup.createdAt.getTime() / 1000) + KEY_KEPT_SECONDS;
  if (own !== null && own.created < keyEndsAt) return learnIntent(stripe, lookup, own.id, budget);

  const earlier = await findEarlier(stripe, lookup, own?.id ?? null, budget);
  if (earlier.kind === "found") return learnIntent(stripe, lookup, earlier.id, budget);
  if (earlier.kind === "unknown") return earlier;
  return own === null ? { kind: "absent" } : learnIntent(stripe, lookup, own.id, budget);
}

const listedSchema = z.array(
  z.object({
    id: gatewayId,
    status: z.string(),
    metadata: z.record(z.string(), z.string()),
    last_payment_error: z.unknown().optional(),
  }),
);
type Listed = z.output<typeof listedSchema>[number];

/** An intent of the payment, other than `own`, that was confirmed; `absent` where Stripe has none. */
async function findEarlier(
  stripe: Stripe,
  { paymentId, createdAt }: ChargeLookup,
  own: string | null,
  budget: Budget,
): Promise<Readonly<{ kind: "found"; id: string } | { kind: "absent" }> | Unknown> {
  const created = { gte: Math.floor(createdAt.getTime() / 1000) - CLOCKS_DIFFER_SECONDS };
  const isEarlier = ({ id, metadata, status, last_payment_error }: Listed) =>
    metadata.payment_id === paymentId &&
    id !== own &&
    (status !== "requires_payment_method" || (last_payment_error ?? null) !== null);
  let place: Readonly<{ starting_after?: string }> = {};
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { data, has_more } = await stripe.paymentIntents.list({ created, limit: PAGE, ...place }, budget.spend());
      const listed = listedSchema.safeParse(data).data;
      if (listed === undefined) return unknown("a list of PaymentIntents that cannot be read");
      const found = listed.find(isEarlier);
      if (found !== undefined) return { kind: "found", id: found.id };
      const last = listed.at(-1);
      if (has_more === false) return { kind: "absent" };
      if (last === undefined) return unknown("a list of PaymentIntents that cannot be read");
      place = { starting_after: last.id };
    }
    return unknown("more PaymentIntents than can be looked through");
  } catch (error) {
    return refusalAsUnknown(error);
  }
}
