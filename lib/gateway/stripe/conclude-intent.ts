import type Stripe from "stripe";
import type { DeclineCode } from "../decline-code";
import type { ChargeOutcome, FoundCharge } from "../payment-gateway";
import type { Budget } from "./client";
import { refusalAsUnknown, unknown } from "./error";
import { declined, type ExpectedIntent, type IntentReading, intentSchema, readIntent } from "./intent";

/** What has become of an intent by now, for good: one that the bank refused is cancelled first. */
export async function learnIntent(
  stripe: Stripe,
  expected: ExpectedIntent,
  id: string,
  budget: Budget,
): Promise<FoundCharge> {
  const found = await retrieveIntent(stripe, expected, id, budget);
  return found.kind === "refused" ? declineForGood(stripe, expected, id, found.code, budget) : found;
}

/**
 * Cancels an intent that took no money. Only then is it declined: another confirmation that may still be on its way finds
 * nothing to confirm. Until Stripe says that it is cancelled, nothing is known; when another was faster and succeeded, that
 * stands. It needs no idempotency key: to cancel twice is to cancel once, and no answer is kept that could be stale.
 */
export async function declineForGood(
  stripe: Stripe,
  expected: ExpectedIntent,
  id: string,
  code: DeclineCode,
  budget: Budget,
): Promise<ChargeOutcome> {
  try {
    const cancelled: unknown = await stripe.paymentIntents.cancel(id, {}, budget.spend());
    const intent = intentSchema.safeParse(cancelled).data;
    return intent?.id === id && intent.status === "canceled" ? declined(code, id) : unknown("an intent that is open");
  } catch {
    return asOutcome(await retrieveIntent(stripe, expected, id, budget));
  }
}

/** An intent that is open still is no outcome. */
export function asOutcome(reading: IntentReading): ChargeOutcome {
  const isOpen = reading.kind === "absent" || reading.kind === "refused";
  return isOpen ? unknown("a PaymentIntent that is open still") : reading;
}

async function retrieveIntent(
  stripe: Stripe,
  expected: ExpectedIntent,
  id: string,
  budget: Budget,
): Promise<IntentReading> {
  try {
    return readIntent(expected, await stripe.paymentIntents.retrieve(id, {}, budget.spend()));
  } catch (error) {
    return refusalAsUnknown(error);
  }
}
