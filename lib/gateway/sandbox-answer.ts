import { z } from "zod";
import { DECLINE_MESSAGES, toDeclineCode } from "./decline-code";
import { type ChargeOutcome, GatewayRefusal } from "./payment-gateway";

/** What a charge must say about itself for an answer to be about the request that was sent. */
export type ExpectedCharge = Readonly<{ idempotencyKey: string; amount: string; currency: string; capture: boolean }>;

const chargeSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  idempotency_key: z.string(),
  amount: z.string(),
  currency: z.string(),
  status: z.string(),
  captured: z.string(),
});
type Charge = z.output<typeof chargeSchema>;

const errorSchema = z.object({ error: z.object({ code: z.string() }) });
const declineSchema = errorSchema.extend({ charge: chargeSchema });

/**
 * Reads the sandbox acquirer's answer to a charge. Anything that is not wholly and plainly an approval or a decline
 * of exactly this charge is `unknown`. Throws {@link GatewayRefusal} where the request itself was refused.
 */
export function readChargeAnswer(expected: ExpectedCharge, status: number, text: string): ChargeOutcome {
  const body = parseJson(text);
  switch (status) {
    case 200:
    case 201:
      return readApproval(expected, body);
    case 402:
      return readDecline(expected, body);
    case 400:
    case 422:
      if (errorSchema.safeParse(body).success) throw new GatewayRefusal("request_invalid", status);
      return unknown(`status ${status} without the acquirer's error`);
    case 409:
      if (errorSchema.safeParse(body).data?.error.code === "idempotency_conflict") {
        throw new GatewayRefusal("idempotency_conflict", status);
      }
      return unknown("status 409 without the acquirer's error");
    default:
      return unknown(`status ${status}`);
  }
}

function readApproval(expected: ExpectedCharge, body: unknown): ChargeOutcome {
  const charge = chargeSchema.safeParse(body).data;
  if (charge === undefined) return unknown("an approval that cannot be read");
  const difference = findDifference(expected, charge);
  if (difference !== null) return unknown(`an approval with another ${difference}`);
  const state = expected.capture ? "captured" : "authorized";
  if (charge.status !== state) return unknown("an approval in another state than was asked for");
  if (expected.capture && charge.captured !== charge.amount) return unknown("an approval that took another amount");
  return { kind: "approved", state, gatewayReference: charge.id };
}

function readDecline(expected: ExpectedCharge, body: unknown): ChargeOutcome {
  const decline = declineSchema.safeParse(body).data;
  if (decline === undefined) return unknown("a decline that cannot be read");
  const difference = findDifference(expected, decline.charge);
  if (difference !== null) return unknown(`a decline with another ${difference}`);
  if (decline.charge.status !== "declined") return unknown("a decline of a charge that was not declined");
  const code = toDeclineCode(decline.error.code);
  return { kind: "declined", code, message: DECLINE_MESSAGES[code], gatewayReference: decline.charge.id };
}

function findDifference(expected: ExpectedCharge, charge: Charge): string | null {
  if (charge.idempotency_key !== expected.idempotencyKey) return "payment id";
  if (charge.amount !== expected.amount) return "amount";
  if (charge.currency !== expected.currency) return "currency";
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unknown = (reason: string): ChargeOutcome => ({ kind: "unknown", reason });
