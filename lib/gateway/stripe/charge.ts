import type Stripe from "stripe";
import { logger } from "@/lib/logging/logger";
import type { DeclineCode } from "../decline-code";
import type { ChargeOutcome, ChargeRequest, Unknown } from "../payment-gateway";
import type { Budget } from "./client";
import { asOutcome, declineForGood, learnIntent } from "./conclude-intent";
import { toStripeAmount } from "./currency-units";
import { declineCodeOf, readStripeError, type StripeRefusal, throwRefusal, unknown } from "./error";
import { declined, type Intent, readIntent } from "./intent";
import { openIntent } from "./open-intent";

/**
 * Opens the payment's intent, gives Stripe the card, and confirms. Whatever becomes of that, the intent's own state is what is
 * believed.
 */
export async function chargeCard(stripe: Stripe, request: ChargeRequest, budget: Budget): Promise<ChargeOutcome> {
  const amount = toStripeAmount(request.amount);
  // Nothing was ever sent: the amount of a payment does not change.
  if (amount === null) return declined("processing_error", null);
  const [opened, card] = await Promise.all([
    openIntent(stripe, request, amount, budget),
    createCard(stripe, request, budget),
  ]);
  if (opened.kind === "unknown") return opened;
  if (opened.kind === "conflict") throwRefusal(opened);
  if (opened.kind !== "opened") {
    // With an intent under our key there would have been that one instead of a refusal.
    report(request, "a PaymentIntent", opened);
    return declined("processing_error", null);
  }
  if (card.kind === "unknown") return card;
  if (card.kind !== "created") {
    // An earlier call may have confirmed it: then what came of that stands.
    const { id } = opened.intent;
    const found = await learnIntent(stripe, request, id, budget);
    return found.kind === "absent" ? refuseCard(stripe, request, id, card, budget) : found;
  }
  return confirm(stripe, request, opened.intent, card.id, budget);
}

type Card = Readonly<{ kind: "created"; id: string }> | StripeRefusal | Unknown;

async function createCard(stripe: Stripe, { card, cvc }: ChargeRequest, budget: Budget): Promise<Card> {
  const { number, expMonth: exp_month, expYear: exp_year } = card;
  const details = { number, exp_month, exp_year, ...(cvc === null ? {} : { cvc }) };
  try {
    const { id } = await stripe.paymentMethods.create({ type: "card", card: details }, budget.spend());
    return typeof id === "string" ? { kind: "created", id } : unknown("a card that cannot be read");
  } catch (error) {
    return readStripeError(error);
  }
}

/**
 * Every confirmation is sent under one key first, so that none passes another that Stripe still works on (409). When that
 * key is spent (another card's answer is kept under it, a 500 for one) and the intent took nothing, it is confirmed under a
 * key of this card's. Stripe takes an intent's money once, whatever the key, and what it refuses is cancelled before we
 * say so.
 */
async function confirm(
  stripe: Stripe,
  request: ChargeRequest,
  intent: Intent,
  card: string,
  budget: Budget,
): Promise<ChargeOutcome> {
  const key = `${request.paymentId}:confirm`;
  const first = await confirmUnder(key, stripe, request, intent, card, budget);
  const then =
    first.kind === "spent" ? await confirmUnder(`${key}:${card}`, stripe, request, intent, card, budget) : first;
  return then.kind === "spent" ? unknown("a key of Stripe's that is spent") : then;
}

async function confirmUnder(
  key: string,
  stripe: Stripe,
  request: ChargeRequest,
  { id }: Intent,
  payment_method: string,
  budget: Budget,
): Promise<ChargeOutcome | Readonly<{ kind: "spent" }>> {
  try {
    // A bank that asks for 3-D Secure declines: nobody could answer it here.
    const order = { payment_method, error_on_requires_action: true };
    return asOutcome(readIntent(request, await stripe.paymentIntents.confirm(id, order, budget.spend(key))));
  } catch (error) {
    const refusal = readStripeError(error);
    if (refusal.kind === "unknown") return refusal;
    // Stripe sends the intent along with a decline.
    const told = readIntent(request, refusal.intent);
    if (told.kind === "refused") return declineForGood(stripe, request, id, told.code, budget);
    const found = await learnIntent(stripe, request, id, budget);
    if (found.kind !== "absent") return found;
    return refusal.kind === "conflict" ? { kind: "spent" } : refuseCard(stripe, request, id, refusal, budget);
  }
}

/** Stripe did not take the card. */
function refuseCard(
  stripe: Stripe,
  request: ChargeRequest,
  id: string,
  refusal: StripeRefusal,
  budget: Budget,
): Promise<ChargeOutcome> {
  if (refusal.kind !== "card") report(request, "a card", refusal);
  const code: DeclineCode = refusal.kind === "card" ? declineCodeOf(refusal) : "processing_error";
  return declineForGood(stripe, request, id, code, budget);
}

/** Not an answer about the buyer's card: the account or our request is not as Stripe wants it. Somebody has to look. */
function report({ paymentId }: ChargeRequest, what: string, { status, code, param }: StripeRefusal): void {
  logger.error({ payment_id: paymentId, status, code, param }, `Stripe refused ${what}; the payment is declined`);
}
