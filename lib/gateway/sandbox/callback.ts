import { z } from "zod";
import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { hmacSha256Hex } from "@/lib/crypto/mac";
import { AppError } from "@/lib/errors/app-error";
import { parseId, type RefundId } from "@/lib/ids/id";
import { toDecimalString } from "@/lib/money/decimal-string";
import type { Money } from "@/lib/money/money";
import type { CallbackSubject, GatewayCallback, OwnCharge, OwnOperation, Reading } from "../gateway-callback";
import type { ChargeOutcome, OperationOutcome, RefundOutcome } from "../payment-gateway";
import { chargeDetailSchema, readChargeDetail, type WireChargeDetail } from "./found-charge";
import { readAfter, readRefund, refundSchema } from "./operation-answer";
import { gatewayId, parseJson, unknown } from "./wire";

/** How old, or how far ahead of the database's clock, a callback's signature may be. */
export const TOLERANCE_SECONDS = 300;

const callbackSchema = z.object({
  id: gatewayId,
  type: z.string().regex(/^[a-z_.]{1,64}$/),
  request: z.object({ idempotency_key: z.string() }),
  charge: chargeDetailSchema,
  refund: refundSchema.nullable(),
});
type WireCallback = z.output<typeof callbackSchema>;

/**
 * Reads a callback of the sandbox acquirer: `t=SECONDS,v1=HEX`, an HMAC-SHA256 under the shared secret over the time, a
 * full stop and the raw body. Throws 401 where the signature or its time is wrong, 400 where the body makes no sense.
 */
export function readSandboxCallback(
  signature: string | null,
  body: Buffer,
  secret: string,
  nowSeconds: number,
): GatewayCallback {
  checkSignature(signature, body, secret, nowSeconds);
  const callback = callbackSchema.safeParse(parseJson(body.toString("utf8"))).data;
  if (callback === undefined) throw new AppError("malformed_body", "This is no callback of the sandbox acquirer.");
  const { id, type, charge } = callback;
  return { id, kind: type, paymentId: parseId("pay", charge.idempotency_key), subject: subjectOf(callback) };
}

function checkSignature(signature: string | null, body: Buffer, secret: string, nowSeconds: number): void {
  if (signature === null) throw new AppError("signature_missing", "Send X-Sandbox-Signature.");
  const [, timestamp = "", digest = ""] = /^t=([0-9]{1,12}),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (timestamp === "") throw new AppError("signature_malformed", "X-Sandbox-Signature is t=SECONDS,v1=HEX.");
  const expected = hmacSha256Hex(secret, Buffer.concat([Buffer.from(`${timestamp}.`), body]));
  if (!constantTimeEqual(expected, digest)) throw new AppError("signature_invalid", "The signature does not fit.");
  if (Math.abs(Math.floor(nowSeconds) - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new AppError("timestamp_out_of_range", `The signature is more than ${TOLERANCE_SECONDS} seconds off.`);
  }
}

/** The key of the request that changed the charge says what was asked for. */
function subjectOf(callback: WireCallback): CallbackSubject {
  const { type, request, charge, refund } = callback;
  const key = request.idempotency_key;
  const [operationId, refundId] = [parseId("op", key), parseId("ref", key)];
  if (key === charge.idempotency_key && type.startsWith("charge.")) {
    return { about: "charge", read: (own) => readCharge(own, callback) };
  }
  if (operationId !== null && (type === "charge.captured" || type === "charge.voided")) {
    return { about: "operation", operationId, read: (own, operation) => readOperation(own, operation, callback) };
  }
  if (refundId !== null && type === "refund.succeeded" && refund !== null) {
    return {
      about: "refund",
      refundId,
      read: (own, { amount }) => readRefundOf(own, refundId, amount, charge, refund),
    };
  }
  return { about: "nothing", reason: "not asked for by us" };
}

function readCharge(own: OwnCharge, { type, charge }: WireCallback): Reading<ChargeOutcome> {
  if (type !== `charge.${charge.status}` && type !== "charge.pending") return unknown("a kind that its charge denies");
  const { paymentId: idempotencyKey, merchantId, capture, gatewayReference: id } = own;
  const expected = { ...moneyOf(own.amount), idempotencyKey, merchantId, id };
  // Its money is on the way to where it was asked to be: the acquirer holds before it takes.
  const isEarlier = type === "charge.pending" || (capture && charge.status === "authorized");
  if (!isEarlier) return readChargeDetail({ ...expected, capture }, charge);
  const reading = readChargeDetail({ ...expected, capture: charge.status === "captured" }, charge);
  return reading.kind === "unknown" ? reading : { kind: "earlier" };
}

function readOperation(own: OwnCharge, asked: OwnOperation, { type, charge }: WireCallback): OperationOutcome {
  const status = asked.type === "capture" ? "captured" : "voided";
  if (type !== `charge.${status}`) return unknown("another operation than was asked for");
  if (charge.merchant !== own.merchantId) return unknown("a charge of another merchant");
  const captured = asked.amount === null ? null : toDecimalString(asked.amount);
  const { paymentId, gatewayReference, amount } = own;
  return readAfter({ ...moneyOf(amount), paymentId, id: gatewayReference ?? charge.id, status, captured }, charge);
}

function readRefundOf(
  own: OwnCharge,
  refundId: RefundId,
  amount: Money,
  charge: WireChargeDetail,
  refund: z.output<typeof refundSchema>,
): RefundOutcome {
  if (charge.merchant !== own.merchantId) return unknown("a refund of another merchant");
  if (charge.idempotency_key !== own.paymentId) return unknown("a refund of another payment");
  return readRefund({ ...moneyOf(amount), refundId, charge: own.gatewayReference ?? charge.id }, refund);
}

const moneyOf = (amount: Money) => ({ amount: toDecimalString(amount), currency: amount.currency });
