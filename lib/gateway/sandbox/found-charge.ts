import { z } from "zod";
import type { ChargeOutcome, FoundCharge, Unknown } from "../payment-gateway";
import { type ExpectedCharge, readApproval, readDecline } from "./charge-answer";
import { chargeSchema, gatewayId, parseJson, refuseOrUnknown, unknown } from "./wire";

const listSchema = z.object({ data: z.array(z.object({ id: gatewayId, idempotency_key: z.string() })) });

export const chargeDetailSchema = chargeSchema.extend({ merchant: z.string(), decline_code: z.string().nullable() });
export type WireChargeDetail = z.output<typeof chargeDetailSchema>;

/**
 * Reads the list of charges with our payment id: the id of the one there is, or `absent`. A list that cannot be read, or
 * that holds what was not asked for, is not a list of nothing.
 */
export function readChargeList(
  idempotencyKey: string,
  status: number,
  text: string,
): Readonly<{ kind: "listed"; id: string } | { kind: "absent" }> | Unknown {
  const body = parseJson(text);
  if (status !== 200) return refuseOrUnknown(status, body);
  const list = listSchema.safeParse(body).data;
  if (list === undefined) return unknown("a list of charges that cannot be read");
  const [charge, ...others] = list.data;
  if (charge === undefined) return { kind: "absent" };
  if (others.length > 0) return unknown("more than one charge with this payment id");
  if (charge.idempotency_key !== idempotencyKey) return unknown("a charge with another payment id");
  return { kind: "listed", id: charge.id };
}

/** Reads a charge that was looked up. */
export function readFoundCharge(
  expected: ExpectedCharge & Readonly<{ merchantId: string; id: string }>,
  status: number,
  text: string,
): FoundCharge {
  const body = parseJson(text);
  if (status !== 200) return refuseOrUnknown(status, body);
  const charge = chargeDetailSchema.safeParse(body).data;
  return charge === undefined ? unknown("a charge that cannot be read") : readChargeDetail(expected, charge);
}

/**
 * A charge with all that there is to know of it. What became of it later (a refund) does not unsay that it was taken. With
 * `id` null it is not known yet which one it is.
 */
export function readChargeDetail(
  expected: ExpectedCharge & Readonly<{ merchantId: string; id: string | null }>,
  charge: WireChargeDetail,
): ChargeOutcome {
  if (expected.id !== null && charge.id !== expected.id) return unknown("another charge than ours");
  if (charge.merchant !== expected.merchantId) return unknown("a charge of another merchant");
  if (charge.status === "declined") return readDecline(expected, charge, charge.decline_code ?? "");
  const wasRefunded = charge.status === "refunded" || charge.status === "partially_refunded";
  return readApproval(expected, wasRefunded ? { ...charge, status: "captured" } : charge);
}
