import type Stripe from "stripe";
import type { ChargeLookup, Unknown } from "../payment-gateway";
import type { Budget } from "./client";
import { readStripeError, type StripeRefusal, unknown } from "./error";
import { captureMethodOf, findDifference, type Intent, intentSchema } from "./intent";
import { pastStoredFailures } from "./past-stored-failures";

export type IntentRequest = Pick<ChargeLookup, "paymentId" | "merchantId" | "amount" | "capture" | "reference">;

export type OpenedIntent = Readonly<{ kind: "opened"; intent: Intent }> | StripeRefusal | Unknown;

/**
 * The PaymentIntent of a payment: made the first time, and the same one ever after, for our payment id is its idempotency
 * key and every parameter follows from the payment alone. It has no card yet, so that it moves no money. Its state is that
 * of its first moment; retrieve it for today's.
 */
export async function openIntent(
  stripe: Stripe,
  request: IntentRequest,
  amount: number,
  budget: Budget,
): Promise<OpenedIntent> {
  const { paymentId, merchantId, reference, capture } = request;
  const metadata = { payment_id: paymentId, merchant_id: merchantId, ...(reference ? { reference } : {}) };
  const currency = request.amount.currency.toLowerCase();
  const order = { amount, currency, capture_method: captureMethodOf(capture), metadata } as const;
  try {
    const made: unknown = await pastStoredFailures(paymentId, (key) =>
      stripe.paymentIntents.create({ ...order, allowed_payment_method_types: ["card"] }, budget.spend(key)),
    );
    const intent = intentSchema.safeParse(made).data;
    if (intent === undefined) return unknown("a PaymentIntent that cannot be read");
    const difference = findDifference(request, intent);
    if (difference !== null) return unknown(`a PaymentIntent with another ${difference}`);
    return { kind: "opened", intent };
  } catch (error) {
    return readStripeError(error);
  }
}
