import type { AuditContext } from "@/db/audit-context";
import { AppError } from "@/lib/errors/app-error";
import { toProblem } from "@/lib/errors/problem";
import { REFUSAL_CODES, REFUSAL_MESSAGES } from "@/lib/gateway/refusal-code";
import { callOncePerKey, type KeyedCall, type Performed } from "@/lib/idempotency/call-once";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { newId, type PaymentId } from "@/lib/ids/id";
import { sendOperation } from "./ask-acquirer";
import { beginInNoDoubt } from "./begin-in-no-doubt";
import { carryOn } from "./database-clock";
import { isOfAcquirer } from "./of-acquirer";
import { operationAmount } from "./operation-amount";
import { findOperationAndPayment, holdPendingOperation, insertOperation } from "./operation-store";
import { paymentResource } from "./payment-resource";
import { leaseMs, type PaymentServices } from "./payment-services";
import { stateOf } from "./payment-state";
import { lockPayment, type OperationRecord, type PaymentRecord } from "./payment-store";
import { moveRefused, noSuchPayment, ofAnotherAcquirer } from "./refusals";
import { operationSettlementOf, writeOperationSettlement } from "./settle-operation";
import { type HoldOperation, move } from "./state-machine";

/** What is asked about a hold; `amount` is a decimal string in major units, null for all that is held. */
export type HoldOrder = Readonly<
  { paymentId: PaymentId } & ({ type: "capture"; amount: string | null } | { type: "void" })
>;

type Subject = Readonly<{ payment: PaymentRecord; operation: OperationRecord }>;

/**
 * Takes or lets go what is held, at most once per key, with the operation's id as the acquirer's own idempotency key. An
 * unknown outcome leaves the operation pending: 202. What the acquirer refuses is answered 409 `invalid_state`, and that answer
 * is stored: the operation was recorded.
 *
 * Throws 404, 409 `invalid_state`, 422 `amount_invalid`, `amount_precision` or `amount_exceeds_authorized`, 503 while the acquirer's account is in doubt, and what
 * `callOncePerKey` throws; then the key stays free.
 */
export async function operateOnHold(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  order: HoldOrder,
): Promise<IdempotentAnswer> {
  const { db } = services.client;
  const reload = (id: OperationRecord["id"]): Promise<Subject | null> => findOperationAndPayment(db, request, id);
  return callOncePerKey<Subject>(services.client, context, request, {
    leaseMs: leaseMs(services),
    begin: await beginInNoDoubt(services, beginOperation(services, order, request)),
    resume: async ({ operationId }) => operationId && reload(operationId),
    perform: (subject, heldAt) => performOperation(services, context, subject, heldAt),
    settledSince: async ({ operation }) => {
      const current = operation.status === "pending" ? await reload(operation.id) : null;
      return current && current.operation.status !== "pending" ? current : null;
    },
  });
}

function beginOperation(
  { gateway }: PaymentServices,
  order: HoldOrder,
  request: IdempotentRequest,
): KeyedCall<Subject>["begin"] {
  const what = order.type === "capture" ? "captured" : "voided";
  const id = newId("op");
  return async (tx, claim) => {
    const [hold, payment] = await Promise.all([claim({ operationId: id }), lockPayment(tx, request, order.paymentId)]);
    if (!hold) return null;
    if (!payment) throw noSuchPayment();
    if (!isOfAcquirer(gateway, payment)) throw ofAnotherAcquirer(what);
    const asked = askedOf(order, payment);
    const state = stateOf(payment);
    const moved = move(state, { type: "operation_begun", operation: asked });
    if (!moved.ok) throw moveRefused(moved.refusal, state, what);
    const operation = await insertOperation(tx, id, payment, asked, gateway.identity);
    return { hold, subject: { payment: { ...payment, operation }, operation } };
  };
}

function askedOf(order: HoldOrder, payment: PaymentRecord): HoldOperation {
  if (order.type === "void") return { type: "void" };
  const { amount } = order;
  return { type: "capture", amount: amount === null ? payment.amountMinor : operationAmount(amount, payment.currency) };
}

async function performOperation(
  services: PaymentServices,
  context: AuditContext,
  { payment, operation }: Subject,
  heldAt: Date,
): Promise<Performed> {
  if (operation.status !== "pending") return { answer: answerOf(context, operation, payment), write: async () => true };
  const clock = carryOn(heldAt);
  const outcome = await sendOperation(services, payment, operation);
  const settlement = operationSettlementOf(payment, operation.id, outcome, clock());
  if (settlement === null) {
    return { answer: answerOf(context, operation, payment), write: (tx) => holdPendingOperation(tx, operation.id) };
  }
  const { status, failureCode, after } = settlement;
  return {
    answer: answerOf(context, { status, failureCode }, after),
    write: (tx) => writeOperationSettlement(tx, settlement),
  };
}

function answerOf(
  { requestId }: AuditContext,
  { status, failureCode }: Pick<OperationRecord, "status" | "failureCode">,
  payment: PaymentRecord,
) {
  if (status === "failed") {
    const code = REFUSAL_CODES.find((known) => known === failureCode) ?? "refused";
    const refused = new AppError("invalid_state", REFUSAL_MESSAGES[code]);
    return { status: refused.status, body: JSON.stringify(toProblem(refused, requestId ?? "")) };
  }
  return { status: status === "pending" ? 202 : 200, body: JSON.stringify(paymentResource(payment)) };
}
