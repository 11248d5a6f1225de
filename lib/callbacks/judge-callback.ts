import type { Transaction } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import type { CallbackSubject, OwnCharge, Reading } from "@/lib/gateway/gateway-callback";
import type { Unknown } from "@/lib/gateway/payment-gateway";
import { moneyOf } from "@/lib/money/money";
import { isOfAcquirer, type OwnAcquirer } from "@/lib/payments/of-acquirer";
import { findOperation } from "@/lib/payments/operation-store";
import type { PaymentStatus } from "@/lib/payments/payment-status";
import { findPayment, type PaymentRecord } from "@/lib/payments/payment-store";
import { findRefund } from "@/lib/payments/refund-store";
import { settleOperation, settleReleasedHold } from "@/lib/payments/settle-operation";
import { type PaymentRef, settlePendingPayment } from "@/lib/payments/settle-payment";
import { settleRefund, settleReturnedRefund } from "@/lib/payments/settle-refund";

/** What becomes of a callback. `report`: somebody should look at it, for the acquirer and we tell different stories. */
export type Verdict = Readonly<
  /** `payment`: how it settled, where it is the payment itself that did. */
  | { outcome: "applied"; reason: null; report: false; payment?: PaymentStatus }
  | { outcome: "ignored"; reason: string; report: boolean }
  | { outcome: "refused"; reason: string; report: true }
>;

const APPLIED = { outcome: "applied", reason: null, report: false } as const satisfies Verdict;
const ALREADY: Verdict = { outcome: "ignored", reason: "known already", report: false };
const EARLIER: Verdict = { outcome: "ignored", reason: "what was true earlier", report: false };

const refused = (reason: string): Verdict => ({ outcome: "refused", reason, report: true });
const contradicted = (reason: string): Verdict => ({ outcome: "ignored", reason, report: true });

/**
 * Holds a callback against our own row and settles by it what is still open, in the caller's transaction. It is refused
 * unless acquirer, amount, currency, merchant and ids are ours; what is settled already stays as it is, whatever it says. Throws
 * 503 for the end of a hold that we do not know of yet: nothing is recorded then, and the acquirer tells it again.
 */
export async function judgeCallback(
  tx: Transaction,
  ref: PaymentRef,
  subject: CallbackSubject,
  own: OwnAcquirer,
): Promise<Verdict> {
  const payment = await findPayment(tx, ref, ref.id);
  if (payment === null) return refused("no such payment");
  if (!isOfAcquirer(own, payment)) return refused("a payment that was begun at another acquirer or account");
  switch (subject.about) {
    case "charge":
      return judgeCharge(tx, ref, payment, subject);
    case "operation":
      return judgeOperation(tx, ref, payment, subject);
    case "release":
      return judgeRelease(tx, ref, payment, subject);
    case "refund":
      return judgeRefund(tx, ref, payment, subject);
    case "nothing":
      return { outcome: "ignored", reason: subject.reason, report: false };
    default:
      return subject satisfies never;
  }
}

type Subject<About extends CallbackSubject["about"]> = Extract<CallbackSubject, { about: About }>;

async function judgeCharge(
  tx: Transaction,
  ref: PaymentRef,
  payment: PaymentRecord,
  { read }: Subject<"charge">,
): Promise<Verdict> {
  const reading = read(ownCharge(payment));
  if (!isWord(reading)) return verdictOnNoWord(reading);
  const settled = await settlePendingPayment(tx, ref, reading);
  if (settled === null) return refused("no such payment");
  if (settled.changed) return { ...APPLIED, payment: settled.now.status };
  const { status, gatewayReference } = settled.now;
  if (gatewayReference !== reading.gatewayReference) return contradicted("of another charge than the one that settled");
  const agrees = (reading.kind === "declined") === (status === "failed");
  return agrees ? ALREADY : contradicted(`a late ${reading.kind} of a payment that is ${status}`);
}

async function judgeOperation(
  tx: Transaction,
  ref: PaymentRef,
  payment: PaymentRecord,
  { operationId, read }: Subject<"operation">,
): Promise<Verdict> {
  const operation = await findOperation(tx, ref, operationId);
  if (operation === null || operation.paymentId !== ref.id) return refused("no such operation");
  const { type, amountMinor } = operation;
  const amount = amountMinor === null ? null : moneyOf(amountMinor, payment.currency);
  const reading = read(ownCharge(payment), { type, amount });
  if (!isWord(reading)) return verdictOnNoWord(reading);
  const settled = await settleOperation(tx, ref, operationId, reading);
  if (settled?.changed) return APPLIED;
  const now = await findOperation(tx, ref, operationId);
  const agrees = (reading.kind === "done") === (now?.status === "succeeded");
  return agrees ? ALREADY : contradicted(`a late ${reading.kind} of an operation that has ${now?.status}`);
}

async function judgeRelease(
  tx: Transaction,
  ref: PaymentRef,
  payment: PaymentRecord,
  { read }: Subject<"release">,
): Promise<Verdict> {
  const reading = read(ownCharge(payment));
  if (reading.kind === "unknown") return refused(reading.reason);
  const settled = await settleReleasedHold(tx, ref);
  if (settled?.changed) return APPLIED;
  const status = settled?.now.status;
  // Whether it was held or declined before is known to who asked for it, and to who asks. Its end must not be forgotten till then.
  if (status === "pending") {
    throw new AppError("service_unavailable", "What this ends is not known here yet. Tell it again.", {
      retryAfterSeconds: 30,
    });
  }
  return status === "voided" || status === "failed"
    ? ALREADY
    : contradicted(`a cancelled hold of a payment that is ${status}`);
}

async function judgeRefund(
  tx: Transaction,
  ref: PaymentRef,
  payment: PaymentRecord,
  { refundId, read }: Subject<"refund">,
): Promise<Verdict> {
  const refund = await findRefund(tx, ref, refundId);
  if (refund === null || refund.paymentId !== ref.id) return refused("no such refund");
  const { amountMinor, currency, gatewayReference } = refund;
  const reading = read(ownCharge(payment), { amount: moneyOf(amountMinor, currency), gatewayReference });
  if (!isWord(reading)) return verdictOnNoWord(reading);
  const settled = await settleRefund(tx, { ...ref, id: refundId }, reading);
  if (settled?.changed) return APPLIED;
  // It may come back after it was given: the later word is the true one. The other way round there is no way.
  const own = { ...ref, id: refundId };
  if (reading.kind === "refused" && (await settleReturnedRefund(tx, own, reading))) return APPLIED;
  const status = settled?.now.status;
  const agrees = (reading.kind === "succeeded") === (status === "succeeded");
  return agrees ? ALREADY : contradicted(`a late ${reading.kind} of a refund that has ${status}`);
}

type NoWord = Unknown | Readonly<{ kind: "earlier" }>;

function isWord<Outcome extends Readonly<{ kind: string }>>(
  reading: Reading<Outcome>,
): reading is Exclude<Outcome, NoWord> {
  return reading.kind !== "unknown" && reading.kind !== "earlier";
}

function verdictOnNoWord(reading: Readonly<{ kind: string; reason?: string }>): Verdict {
  return reading.kind === "earlier" ? EARLIER : refused(reading.reason ?? "it does not fit");
}

function ownCharge({ id: paymentId, merchantId, amountMinor, currency, capture, gatewayReference }: PaymentRecord) {
  const own: OwnCharge = { paymentId, merchantId, amount: moneyOf(amountMinor, currency), capture, gatewayReference };
  return own;
}
