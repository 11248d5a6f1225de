import type Stripe from "stripe";
import { z } from "zod";
import type { FoundRefund, RefundOutcome, RefundRequest } from "../payment-gateway";
import { type RefusalCode, refusal } from "../refusal-code";
import type { Budget } from "./client";
import { isStripeAmount, toStripeAmount } from "./currency-units";
import { readStripeError, refusalAsUnknown, throwRefusal, unknown } from "./error";
import { gatewayId } from "./intent";
import { pastStoredFailures } from "./past-stored-failures";

export const refundSchema = z.object({
  id: gatewayId,
  object: z.literal("refund"),
  amount: z.int(),
  currency: z.string(),
  status: z.string().nullable(),
  payment_intent: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
});
export type StripeRefund = z.output<typeof refundSchema>;

const PAGE = 100;
const MAX_PAGES = 10;

/**
 * Gives back some of what was taken. The payment's refunds are looked through first, for Stripe forgets keys after a day,
 * and answers within it as it did the first time: of a refund that was under way then, the list knows more.
 */
export async function refundIntent(stripe: Stripe, request: RefundRequest, budget: Budget): Promise<RefundOutcome> {
  const { refundId, paymentId, gatewayReference } = request;
  const amount = toStripeAmount(request.amount);
  if (amount === null) return refusal("refused");
  try {
    const metadata = { refund_id: refundId, payment_id: paymentId };
    const order = { payment_intent: gatewayReference, amount, metadata };
    return await pastStoredFailures(refundId, async (key) => {
      const found = await findStripeRefund(stripe, request, budget);
      if (found.kind !== "absent") return found;
      return readRefund(request, await stripe.refunds.create(order, budget.spend(key)));
    });
  } catch (error) {
    const refused = readStripeError(error);
    if (refused.kind === "unknown") return refused;
    if (refused.kind === "conflict") throwRefusal(refused);
    const known = refused.code !== null && Object.hasOwn(REFUSALS, refused.code) ? REFUSALS[refused.code] : undefined;
    if (known !== undefined) return refusal(known);
    if (refused.param === "amount") return refusal("amount_exceeds_refundable");
    return refused.kind === "card" ? refusal("refused") : throwRefusal(refused);
  }
}

const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  charge_already_refunded: "amount_exceeds_refundable",
  amount_too_large: "amount_exceeds_refundable",
  charge_disputed: "refused",
  charge_not_refundable: "refused",
  refund_disputed_payment: "refused",
  balance_insufficient: "refused",
  insufficient_funds: "refused",
  payment_intent_unexpected_state: "invalid_state",
};

/** What a refund is by now, if it is wholly the one that was asked for. One that is under way is not known yet. */
export function readRefund(request: RefundRequest, value: unknown): RefundOutcome {
  const refund = refundSchema.safeParse(value).data;
  if (refund === undefined) return unknown("a refund that cannot be read");
  if (refund.metadata?.refund_id !== request.refundId) return unknown("a refund with another id");
  if (refund.payment_intent !== request.gatewayReference) return unknown("a refund of another PaymentIntent");
  if (!isStripeAmount(request.amount, refund.amount, refund.currency)) return unknown("a refund of another amount");
  switch (refund.status) {
    case "succeeded":
      return { kind: "succeeded", gatewayReference: refund.id };
    case "failed":
    case "canceled":
      return refusal("refused");
    default:
      return unknown("a refund whose outcome is not known yet");
  }
}

/** Asks for a refund by our id: `absent` only where all of the payment's refunds were seen, and none is this one. */
export async function findStripeRefund(stripe: Stripe, request: RefundRequest, budget: Budget): Promise<FoundRefund> {
  const { refundId, gatewayReference: payment_intent } = request;
  let place: Readonly<{ starting_after?: string }> = {};
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { data, has_more } = await stripe.refunds.list({ payment_intent, limit: PAGE, ...place }, budget.spend());
      const listed = z.array(refundSchema).safeParse(data).data;
      if (listed === undefined) return unknown("a list of refunds that cannot be read");
      const found = listed.find(({ metadata }) => metadata?.refund_id === refundId);
      if (found !== undefined) return readRefund(request, found);
      const last = listed.at(-1);
      if (has_more === false) return { kind: "absent" };
      if (last === undefined) return unknown("a list of refunds that cannot be read");
      place = { starting_after: last.id };
    }
    return unknown("more refunds than can be looked through");
  } catch (error) {
    return refusalAsUnknown(error);
  }
}
