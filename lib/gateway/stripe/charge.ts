import type Stripe from "stripe";
import { logger } from "@/lib/logging/logger";
import type { DeclineCode } from "../decline-code";
import type { ChargeOutcome, ChargeRequest, Unknown } from "../payment-gateway";
import type { Budget } from "./client";
import { toStripeAmount } from "./currency-units";
import { declineCodeOf, readStripeError, type StripeRefusal, throwRefusal, unknown } from "./error";
import { declined, type Intent, intentSchema, readIntent } from "./intent";
import { openIntent, retrieveIntent } from "./open-intent";

/**
 * Opens the payment's intent, gives Stripe the card, and confirms. Every confirmation has the same key, so that of all that
 * are ever sent one takes effect; whatever becomes of it, the intent's own state is what is believed.
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
    const found = await retrieveIntent(stripe, request, opened.intent.id, budget);
    return found.kind === "absent" ? refuseCard(stripe, request, opened.intent, card, budget) : found;
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

async function confirm(
  stripe: Stripe,
  request: ChargeRequest,
  { id }: Intent,
  payment_method: string,
  budget: Budget,
): Promise<ChargeOutcome> {
  try {
    // A bank that asks for 3-D Secure declines: nobody could answer it here.
    const order = { payment_method, error_on_requires_action: true };
    const confirmed = await stripe.paymentIntents.confirm(id, order, budget.spend(`${request.paymentId}:confirm`));
    return asOutcome(readIntent(request, confirmed));
  } catch (error) {
    const refusal = readStripeError(error);
    if (refusal.kind === "unknown") return refusal;
    // Stripe sends the intent along with a decline.
    const told = readIntent(request, refusal.intent);
    if (told.kind === "declined") return told;
    const found = await retrieveIntent(stripe, request, id, budget);
    if (found.kind !== "absent" || refusal.kind === "conflict") return asOutcome(found);
    return refuseCard(stripe, request, { id }, refusal, budget);
  }
}

/**
 * Stripe did not take the card. Cancelling the intent makes that final: another confirmation that may still be on its way
 * finds nothing to confirm. Until Stripe says that it is cancelled, nothing is known.
 */
async function refuseCard(
  stripe: Stripe,
  request: ChargeRequest,
  { id }: Pick<Intent, "id">,
  refusal: StripeRefusal,
  budget: Budget,
): Promise<ChargeOutcome> {
  const code: DeclineCode = refusal.kind === "card" ? declineCodeOf(refusal) : "processing_error";
  if (refusal.kind !== "card") report(request, "a card", refusal);
  try {
    const cancelled: unknown = await stripe.paymentIntents.cancel(id, {}, budget.spend(`${request.paymentId}:cancel`));
    const intent = intentSchema.safeParse(cancelled).data;
    return intent?.id === id && intent.status === "canceled" ? declined(code, id) : unknown("an intent that is open");
  } catch {
    return asOutcome(await retrieveIntent(stripe, request, id, budget));
  }
}

/** Not an answer about the buyer's card: the account or our request is not as Stripe wants it. Somebody has to look. */
function report({ paymentId }: ChargeRequest, what: string, { status, code, param }: StripeRefusal): void {
  logger.error({ payment_id: paymentId, status, code, param }, `Stripe refused ${what}; the payment is declined`);
}

function asOutcome(found: ReturnType<typeof readIntent>): ChargeOutcome {
  return found.kind === "absent" ? unknown("a PaymentIntent that is not confirmed yet") : found;
}
