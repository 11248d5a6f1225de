import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import { callOncePerKey, type KeyedCall, type Performed } from "@/lib/idempotency/call-once";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { newId, type PaymentId, type RefundId } from "@/lib/ids/id";
import { askAboutRefund, sendRefund } from "./ask-acquirer";
import { beginInNoDoubt } from "./begin-in-no-doubt";
import { isOfAcquirer } from "./of-acquirer";
import { operationAmount } from "./operation-amount";
import { claimForRefund } from "./payment-moves-store";
import { leaseMs, type PaymentServices } from "./payment-services";
import { stateOf } from "./payment-state";
import { findPayment, lockPayment, type PaymentRecord } from "./payment-store";
import { refundResource } from "./refund-resource";
import { findRefund, holdPendingRefund, insertRefund, type RefundRecord } from "./refund-store";
import { moveRefused, noSuchPayment, ofAnotherAcquirer } from "./refusals";
import { refundAfter, writeRefundSettlement } from "./settle-refund";
import { move, refundable } from "./state-machine";

/** `amount` is a decimal string in major units; null for all that is left. */
export type RefundOrder = Readonly<{
  paymentId: PaymentId;
  amount: string | null;
  reason: string | null;
  /** Asked while the payment is locked and before anything is written. What it throws undoes all, and leaves the key free. */
  approve?: (tx: Transaction, payment: PaymentRecord, amountMinor: bigint) => Promise<void>;
}>;

/** `again`: it may have been sent before. */
type Subject = Readonly<{ refund: RefundRecord; payment: PaymentRecord; attempt: "first" | "again" }>;

/**
 * Gives back some of what was taken, at most once per key, with the refund's id as the acquirer's own idempotency key. What it
 * asks for is claimed from the payment before the acquirer is asked, so that any number at once never promise more than was
 * taken. An unknown outcome leaves it `pending`, a refusal makes it `failed` and gives the claim back: 201 each.
 *
 * Throws 403 `money_out_frozen`, 404, 409 `invalid_state`, 422 `amount_invalid`, `amount_precision` or
 * `amount_exceeds_refundable`, 503 while the acquirer's account is in doubt, and what `callOncePerKey` throws; then the key stays free.
 */
export async function refundPayment(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  order: RefundOrder,
): Promise<IdempotentAnswer> {
  const { db } = services.client;
  const reload = async (id: RefundId): Promise<Subject | null> => {
    const refund = await findRefund(db, request, id);
    const payment = refund && (await findPayment(db, request, refund.paymentId));
    return refund && payment ? { refund, payment, attempt: "again" } : null;
  };
  return callOncePerKey<Subject>(services.client, context, request, {
    leaseMs: leaseMs(services),
    begin: await beginInNoDoubt(services, beginRefund(services, order, request)),
    resume: async ({ refundId }) => refundId && reload(refundId),
    perform: (subject) => performRefund(services, subject),
    settledSince: async ({ refund }) => {
      const current = refund.status === "pending" ? await reload(refund.id) : null;
      return current && current.refund.status !== "pending" ? current : null;
    },
  });
}

function beginRefund(
  { gateway }: PaymentServices,
  order: RefundOrder,
  request: IdempotentRequest,
): KeyedCall<Subject>["begin"] {
  const id = newId("ref");
  return async (tx, claim) => {
    const [hold, payment] = await Promise.all([claim({ refundId: id }), lockPayment(tx, request, order.paymentId)]);
    if (!hold) return null;
    if (!payment) throw noSuchPayment();
    if (payment.moneyOutFrozen) {
      throw new AppError(
        "money_out_frozen",
        "Money out is frozen for this merchant. An owner can lift it in the settings.",
      );
    }
    if (!isOfAcquirer(gateway, payment)) throw ofAnotherAcquirer("refunded");
    const refund = await writeRefund(tx, id, payment, order, gateway.identity);
    return { hold, subject: { refund, payment, attempt: "first" } };
  };
}

async function writeRefund(
  tx: Transaction,
  id: RefundId,
  payment: PaymentRecord,
  { amount, reason, approve }: RefundOrder,
  gateway: string,
): Promise<RefundRecord> {
  const state = stateOf(payment);
  const amountMinor = amount === null ? refundable(state) : operationAmount(amount, payment.currency);
  const moved = move(state, { type: "refund_begun", amount: amountMinor });
  if (!moved.ok) throw moveRefused(moved.refusal, state, "refunded");
  await approve?.(tx, payment, amountMinor);
  const [refund, claimed] = await Promise.all([
    insertRefund(tx, id, payment, { amountMinor, reason, gateway }),
    claimForRefund(tx, payment.id, amountMinor),
  ]);
  if (!claimed) throw new Error("a locked payment moved");
  return refund;
}

async function performRefund(services: PaymentServices, { refund, payment, attempt }: Subject): Promise<Performed> {
  const isPending = refund.status === "pending";
  const ask = attempt === "first" ? sendRefund : askAboutRefund;
  const outcome = isPending ? await ask(services, payment, refund) : null;
  const after = outcome && refundAfter(refund, outcome);
  return {
    answer: { status: 201, body: JSON.stringify(refundResource(after ?? refund)) },
    write: async (tx) => {
      if (after !== null) return writeRefundSettlement(tx, after);
      return !isPending || holdPendingRefund(tx, refund.id);
    },
  };
}
