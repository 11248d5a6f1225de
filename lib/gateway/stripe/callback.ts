import Stripe from "stripe";
import { z } from "zod";
import { AppError } from "@/lib/errors/app-error";
import { parseId } from "@/lib/ids/id";
import type { CallbackSubject, GatewayCallback, OwnCharge, Reading } from "../gateway-callback";
import type { ChargeOutcome, Unknown } from "../payment-gateway";
import { unknown } from "./error";
import { findDifference, gatewayId, type Intent, intentSchema, readIntent } from "./intent";
import { readCaptured } from "./operations";
import { readRefund, refundSchema, type StripeRefund } from "./refund";

/** How old, or how far ahead of the database's clock, a webhook's signature may be. */
export const TOLERANCE_SECONDS = 300;

const eventSchema = z.object({
  id: gatewayId,
  type: z.string().regex(/^[a-z0-9_.]{1,100}$/),
  data: z.object({ object: z.unknown() }),
});

/**
 * Reads a webhook of Stripe, whose signature the package checks. Throws 401 where it or its time is wrong, 400 where the body
 * makes no sense. Events that have nothing to do with us are about `nothing`: an account may be used for more than this.
 */
export function readStripeCallback(
  signature: string | null,
  body: Buffer,
  secret: string,
  nowSeconds: number,
): GatewayCallback {
  checkSignature(signature, body, secret, nowSeconds);
  const event = eventSchema.safeParse(parseJson(body.toString("utf8"))).data;
  if (event === undefined) throw new AppError("malformed_body", "This is no event of Stripe.");
  const { id, type, data } = event;
  if (type.startsWith("payment_intent.")) {
    const intent = intentSchema.safeParse(data.object).data;
    const paymentId = parseId("pay", intent?.metadata.payment_id);
    if (intent !== undefined && paymentId !== null)
      return { id, kind: type, paymentId, subject: aboutIntent(type, intent) };
  }
  if (REFUND_EVENTS.has(type)) {
    const refund = refundSchema.safeParse(data.object).data;
    const paymentId = parseId("pay", refund?.metadata?.payment_id);
    if (refund !== undefined && paymentId !== null) return { id, kind: type, paymentId, subject: aboutRefund(refund) };
  }
  return { id, kind: type, paymentId: null, subject: { about: "nothing", reason: "not asked for by us" } };
}

const REFUND_EVENTS: ReadonlySet<string> = new Set(["refund.created", "refund.updated", "refund.failed"]);

/** Those that say what became of a charge; the others tell of what is not the end of it. */
const CHARGE_EVENTS: ReadonlySet<string> = new Set([
  "payment_intent.succeeded",
  "payment_intent.amount_capturable_updated",
  "payment_intent.payment_failed",
]);

function checkSignature(signature: string | null, body: Buffer, secret: string, nowSeconds: number): void {
  if (signature === null) throw new AppError("signature_missing", "Send Stripe-Signature.");
  const timestamp = timestampOf(signature);
  if (timestamp === null) throw new AppError("signature_malformed", "Stripe-Signature is t=SECONDS,v1=HEX.");
  try {
    // 0: its time is checked below, by the database's clock, and in both directions.
    Stripe.webhooks.constructEvent(body, signature, secret, 0);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw new AppError("signature_invalid", "The signature does not fit.");
    throw new AppError("malformed_body", "This is no event of Stripe.");
  }
  if (Math.abs(Math.floor(nowSeconds) - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new AppError("timestamp_out_of_range", `The signature is more than ${TOLERANCE_SECONDS} seconds off.`);
  }
}

/**
 * The one time in a signature, in seconds as digits. Null for any other number of times, and for one that the package would
 * read as something else than we do: it takes the last, and of that what begins as a number.
 */
function timestampOf(signature: string): string | null {
  const times = signature.split(",").filter((item) => /^\s*t\s*(?:=|$)/.test(item));
  return times.length === 1 ? (/^t=([0-9]{1,12})$/.exec(times[0] ?? "")?.[1] ?? null) : null;
}

/** Our operation's id stands on an intent that was held and then taken. */
function aboutIntent(type: string, intent: Intent): CallbackSubject {
  if (type === "payment_intent.canceled") return { about: "release", read: (own) => readRelease(own, intent) };
  if (!CHARGE_EVENTS.has(type)) return { about: "nothing", reason: "not the end of a charge" };
  const operationId = parseId("op", intent.metadata.operation_id);
  if (operationId === null) return { about: "charge", read: (own) => readCharge(own, intent) };
  return {
    about: "operation",
    operationId,
    read: ({ paymentId, gatewayReference, amount: authorized }, { type: asked, amount }) => {
      if (asked !== "capture" || amount === null) return unknown("another operation than was asked for");
      const call = { operationId, paymentId, gatewayReference: gatewayReference ?? intent.id, amount, authorized };
      return readCaptured(call, intent) ?? unknown("a capture that is not the one that was asked for");
    },
  };
}

function readCharge(own: OwnCharge, intent: Intent): Reading<ChargeOutcome> {
  if (own.gatewayReference !== null && own.gatewayReference !== intent.id)
    return unknown("another PaymentIntent than ours");
  const found = readIntent(own, intent);
  // Open by then, refused or not: what came of it is told by another event, or found by asking.
  return found.kind === "absent" || found.kind === "refused" ? { kind: "earlier" } : found;
}

/** Cancelled by us, in Stripe's dashboard, or by Stripe when the hold expired: it will never hold or take money again. */
function readRelease(own: OwnCharge, intent: Intent): Readonly<{ kind: "released" }> | Unknown {
  if (own.gatewayReference !== null && own.gatewayReference !== intent.id)
    return unknown("another PaymentIntent than ours");
  const difference = findDifference(own, intent);
  if (difference !== null) return unknown(`a PaymentIntent with another ${difference}`);
  return intent.status === "canceled" ? { kind: "released" } : unknown("a PaymentIntent that is not cancelled");
}

function aboutRefund(refund: StripeRefund): CallbackSubject {
  const refundId = parseId("ref", refund.metadata?.refund_id);
  if (refundId === null) return { about: "nothing", reason: "not asked for by us" };
  return {
    about: "refund",
    refundId,
    read: ({ paymentId, gatewayReference }, { amount, gatewayReference: known }) => {
      if (known !== null && known !== refund.id) return unknown("another refund than ours");
      const call = { refundId, paymentId, gatewayReference: gatewayReference ?? "", amount };
      if (refund.status === "pending" || refund.status === "requires_action") {
        // Only of ours: one that does not fit is refused, whatever its state.
        const reading = readRefund(call, { ...refund, status: "succeeded" });
        return reading.kind === "succeeded" ? { kind: "earlier" } : reading;
      }
      return readRefund(call, refund);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
