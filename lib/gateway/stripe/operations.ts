import type Stripe from "stripe";
import type { CaptureRequest, OperationOutcome, Unknown, VoidRequest } from "../payment-gateway";
import { type RefusalCode, refusal } from "../refusal-code";
import type { Budget } from "./client";
import { isStripeAmount, toStripeAmount } from "./currency-units";
import { readStripeError, refusalAsUnknown, type StripeRefusal, throwRefusal, unknown } from "./error";
import { type Intent, intentSchema } from "./intent";
import { pastStoredFailures } from "./past-stored-failures";

/** Takes what an intent holds. Our operation's id is kept with the intent, so that it is known for ever who took it. */
export async function captureIntent(
  stripe: Stripe,
  request: CaptureRequest,
  budget: Budget,
): Promise<OperationOutcome> {
  const { operationId, gatewayReference: id } = request;
  const amount_to_capture = toStripeAmount(request.amount);
  if (amount_to_capture === null) return refusal("refused");
  try {
    const order = { amount_to_capture, metadata: { operation_id: operationId } };
    const intent: unknown = await pastStoredFailures(operationId, (key) =>
      stripe.paymentIntents.capture(id, order, budget.spend(key)),
    );
    return readCaptured(request, intent) ?? unknown("a capture that cannot be read");
  } catch (error) {
    const refused = readStripeError(error);
    if (refused.kind === "unknown") return refused;
    return afterRefusal(stripe, request, refused, budget, (intent) => readCaptured(request, intent));
  }
}

/** Lets go what an intent holds. One that is cancelled already holds nothing: then it is done, whoever did it. */
export async function cancelIntent(stripe: Stripe, request: VoidRequest, budget: Budget): Promise<OperationOutcome> {
  const { operationId, gatewayReference: id } = request;
  try {
    const intent: unknown = await pastStoredFailures(operationId, (key) =>
      stripe.paymentIntents.cancel(id, {}, budget.spend(key)),
    );
    return readReleased(request, intent) ?? unknown("a void that cannot be read");
  } catch (error) {
    const refused = readStripeError(error);
    if (refused.kind === "unknown") return refused;
    return afterRefusal(stripe, request, refused, budget, (intent) => readReleased(request, intent));
  }
}

/** The operation is done when the intent is ours, and taken by it in exactly this amount; else null. */
export function readCaptured(request: CaptureRequest, value: unknown): OperationOutcome | null {
  const intent = ownIntent(request, request.authorized, value);
  if (intent === null || intent.status !== "succeeded") return null;
  if (intent.metadata.operation_id !== request.operationId) return null;
  return isStripeAmount(request.amount, intent.amount_received, intent.currency) ? { kind: "done" } : null;
}

function readReleased(request: VoidRequest, value: unknown): OperationOutcome | null {
  return ownIntent(request, request.amount, value)?.status === "canceled" ? { kind: "done" } : null;
}

type Request = Pick<VoidRequest, "paymentId" | "gatewayReference">;

function ownIntent(
  { paymentId, gatewayReference }: Request,
  held: VoidRequest["amount"],
  value: unknown,
): Intent | null {
  const intent = intentSchema.safeParse(value).data;
  if (intent === undefined || intent.id !== gatewayReference || intent.metadata.payment_id !== paymentId) return null;
  return isStripeAmount(held, intent.amount, intent.currency) ? intent : null;
}

/**
 * Stripe would not. It may be because an earlier call with the same id has done it, and its key is forgotten: the intent's
 * own state decides. While it still holds the money, Stripe's word is that this operation did nothing.
 */
async function afterRefusal(
  stripe: Stripe,
  request: Request,
  refused: StripeRefusal,
  budget: Budget,
  isDone: (intent: unknown) => OperationOutcome | null,
): Promise<OperationOutcome> {
  const found = await retrieve(stripe, request, budget);
  if (found.kind === "unknown") return found;
  const done = isDone(found.intent);
  if (done !== null) return done;
  if (refused.kind === "conflict") throwRefusal(refused);
  switch (found.intent.status) {
    case "requires_capture":
      return refusalWhileHeld(refused);
    case "canceled":
      return refusal(found.intent.cancellation_reason === "automatic" ? "authorization_expired" : "invalid_state");
    case "succeeded":
      return refusal("invalid_state");
    default:
      return unknown("a PaymentIntent in a state that it cannot be in");
  }
}

const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  amount_too_large: "amount_exceeds_authorized",
  charge_expired_for_capture: "authorization_expired",
  capture_charge_authorization_expired: "authorization_expired",
};

function refusalWhileHeld(refused: StripeRefusal): OperationOutcome {
  const { kind, code, param } = refused;
  const known = code !== null && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (known !== undefined) return refusal(known);
  if (param === "amount_to_capture") return refusal("amount_exceeds_authorized");
  return kind === "card" ? refusal("refused") : throwRefusal(refused);
}

type Retrieved = Readonly<{ kind: "retrieved"; intent: Intent }> | Unknown;

async function retrieve(stripe: Stripe, request: Request, budget: Budget): Promise<Retrieved> {
  try {
    const value: unknown = await stripe.paymentIntents.retrieve(request.gatewayReference, {}, budget.spend());
    const intent = intentSchema.safeParse(value).data;
    const isOurs = intent?.id === request.gatewayReference && intent.metadata.payment_id === request.paymentId;
    return isOurs ? { kind: "retrieved", intent } : unknown("a PaymentIntent that is not ours");
  } catch (error) {
    return refusalAsUnknown(error);
  }
}
