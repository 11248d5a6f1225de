import { DECLINE_MESSAGES, toDeclineCode } from "../decline-code";
import type { ChargeOutcome } from "../payment-gateway";
import { chargeSchema, errorSchema, parseJson, refuseOrUnknown, unknown, type WireCharge } from "./wire";

/** What a charge must say about itself for an answer to be about the request that was sent. */
export type ExpectedCharge = Readonly<{ idempotencyKey: string; amount: string; currency: string; capture: boolean }>;

const declineSchema = errorSchema.extend({ charge: chargeSchema });

/**
 * Reads the sandbox acquirer's answer to a charge. Anything that is not wholly and plainly an approval or a decline
 * of exactly this charge is `unknown`. Throws {@link GatewayRefusal} where the request itself was refused.
 */
export function readChargeAnswer(expected: ExpectedCharge, status: number, text: string): ChargeOutcome {
  const body = parseJson(text);
  switch (status) {
    case 200:
    case 201: {
      const charge = chargeSchema.safeParse(body).data;
      return charge === undefined ? unknown("an approval that cannot be read") : readApproval(expected, charge);
    }
    case 402: {
      const decline = declineSchema.safeParse(body).data;
      if (decline === undefined) return unknown("a decline that cannot be read");
      return readDecline(expected, decline.charge, decline.error.code);
    }
    default:
      return refuseOrUnknown(status, body);
  }
}

/** A charge that went through, if it is wholly the one that was asked for. */
export function readApproval(expected: ExpectedCharge, charge: WireCharge): ChargeOutcome {
  const difference = findDifference(expected, charge);
  if (difference !== null) return unknown(`an approval with another ${difference}`);
  const state = expected.capture ? "captured" : "authorized";
  if (charge.status !== state) return unknown("an approval in another state than was asked for");
  if (expected.capture && charge.captured !== charge.amount) return unknown("an approval that took another amount");
  return { kind: "approved", state, gatewayReference: charge.id };
}

/** A charge that was declined, if it is the one that was asked for. */
export function readDecline(expected: ExpectedCharge, charge: WireCharge, reason: string): ChargeOutcome {
  const difference = findDifference(expected, charge);
  if (difference !== null) return unknown(`a decline with another ${difference}`);
  if (charge.status !== "declined") return unknown("a decline of a charge that was not declined");
  const code = toDeclineCode(reason);
  return { kind: "declined", code, message: DECLINE_MESSAGES[code], gatewayReference: charge.id };
}

function findDifference(expected: ExpectedCharge, charge: WireCharge): string | null {
  if (charge.idempotency_key !== expected.idempotencyKey) return "payment id";
  if (charge.amount !== expected.amount) return "amount";
  if (charge.currency !== expected.currency) return "currency";
  return null;
}
