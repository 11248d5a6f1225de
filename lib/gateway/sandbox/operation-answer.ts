import { z } from "zod";
import type { FoundRefund, OperationOutcome, RefundOutcome } from "../payment-gateway";
import { type Refusal, type RefusalCode, refusal } from "../refusal-code";
import { chargeSchema, errorCodeIn, gatewayId, parseJson, refuseOrUnknown, unknown, type WireCharge } from "./wire";

/** The acquirer's own refusals, which it keeps under the operation's id: sent again, it says the same. */
const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  invalid_state: "invalid_state",
  amount_exceeds_authorized: "amount_exceeds_authorized",
  amount_exceeds_refundable: "amount_exceeds_refundable",
  amount_precision: "refused",
};

/** What the charge must say about itself after the operation. `captured` is null where nothing was to be taken. */
export type ExpectedAfter = Readonly<{
  id: string;
  paymentId: string;
  currency: string;
  status: "captured" | "voided";
  amount: string;
  captured: string | null;
}>;

/** Reads the sandbox acquirer's answer to a capture or a void. Throws {@link GatewayRefusal}. */
export function readOperationAnswer(expected: ExpectedAfter, status: number, text: string): OperationOutcome {
  const body = parseJson(text);
  if (status !== 200) return readRefusal(status, body) ?? refuseOrUnknown(status, body);
  const charge = chargeSchema.safeParse(body).data;
  return charge === undefined ? unknown("an answer that cannot be read") : readAfter(expected, charge);
}

/** A charge after the operation, if it is wholly as it must be then. */
export function readAfter(expected: ExpectedAfter, charge: WireCharge): OperationOutcome {
  if (charge.id !== expected.id) return unknown("an answer about another charge");
  if (charge.idempotency_key !== expected.paymentId) return unknown("an answer with another payment id");
  if (charge.currency !== expected.currency) return unknown("an answer with another currency");
  if (charge.amount !== expected.amount) return unknown("an answer with another amount");
  if (charge.status !== expected.status) return unknown("an answer in another state than was asked for");
  const hasTaken = expected.captured === null || charge.captured === expected.captured;
  return hasTaken ? { kind: "done" } : unknown("a capture of another amount");
}

export type ExpectedRefund = Readonly<{ refundId: string; charge: string; amount: string; currency: string }>;

export const refundSchema = z.object({
  id: gatewayId,
  idempotency_key: z.string(),
  charge: z.string(),
  amount: z.string(),
  currency: z.string(),
  status: z.string(),
});

/** Reads the sandbox acquirer's answer to a refund. Throws {@link GatewayRefusal}. */
export function readRefundAnswer(expected: ExpectedRefund, status: number, text: string): RefundOutcome {
  const body = parseJson(text);
  if (status !== 200 && status !== 201) return readRefusal(status, body) ?? refuseOrUnknown(status, body);
  const refund = refundSchema.safeParse(body).data;
  return refund === undefined ? unknown("a refund that cannot be read") : readRefund(expected, refund);
}

const refundListSchema = z.object({ data: z.array(refundSchema) });

/** Reads the list of refunds with our refund id. A list that cannot be read is no list of nothing. */
export function readRefundList(expected: ExpectedRefund, status: number, text: string): FoundRefund {
  const body = parseJson(text);
  if (status !== 200) return refuseOrUnknown(status, body);
  const list = refundListSchema.safeParse(body).data;
  if (list === undefined) return unknown("a list of refunds that cannot be read");
  const [refund, ...others] = list.data;
  if (refund === undefined) return { kind: "absent" };
  return others.length > 0 ? unknown("more than one refund with this id") : readRefund(expected, refund);
}

/** A refund that went through, if it is wholly the one that was asked for. */
export function readRefund(expected: ExpectedRefund, refund: z.output<typeof refundSchema>): RefundOutcome {
  if (refund.idempotency_key !== expected.refundId) return unknown("a refund with another id");
  if (refund.charge !== expected.charge) return unknown("a refund of another charge");
  if (refund.amount !== expected.amount) return unknown("a refund of another amount");
  if (refund.currency !== expected.currency) return unknown("a refund in another currency");
  if (refund.status !== "succeeded") return unknown("a refund in another state than was asked for");
  return { kind: "succeeded", gatewayReference: refund.id };
}

function readRefusal(status: number, body: unknown): Refusal | null {
  const code = status === 422 ? errorCodeIn(body) : null;
  const known = code !== null && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return known === undefined ? null : refusal(known);
}
