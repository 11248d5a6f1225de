import { z } from "zod";
import type { AuditContext } from "@/db/audit-context";
import { nowSeconds } from "@/db/now-seconds";
import { AppError, fieldError } from "@/lib/errors/app-error";
import { REFUSAL_CODES, REFUSAL_MESSAGES } from "@/lib/gateway/refusal-code";
import { type PaymentId, parseId } from "@/lib/ids/id";
import { exponentOf } from "@/lib/money/currency";
import { formatMoney } from "@/lib/money/format-money";
import { moneyLocale } from "@/lib/money/locale";
import { type Money, moneyOf, parsePositiveMoney, toDecimalString } from "@/lib/money/money";
import { operateOnHold } from "@/lib/payments/operate-on-hold";
import { listOperationsOf } from "@/lib/payments/operation-store";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findPayment, type PaymentRecord } from "@/lib/payments/payment-store";
import { type RefundOrder, refundPayment } from "@/lib/payments/refund-payment";
import { findRefund } from "@/lib/payments/refund-store";
import { noSuchPayment } from "@/lib/payments/refusals";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { amountProblem } from "./amount-problem";
import { dashboardRequest } from "./dashboard-request";
import { issueNonce, type MoneyForm } from "./form-nonce";
import { readMoneyForm, subjectOf } from "./money-forms";
import { newestRefundOf, refundableWithoutProof } from "./refund-approval-store";

export type MoneyDesk = Readonly<{ services: PaymentServices; context: AuditContext; session: CurrentSession }>;

/** `amount` is what was typed; null takes all of a hold. */
export type MoneyOrder = Readonly<{ paymentId: PaymentId; nonce: string; amount: string | null }>;

/** `again`: an earlier sending of the same form has done it. `pending`: the acquirer has not answered yet. */
export type MoneyOutcome =
  | Readonly<{ kind: "done" | "pending"; again: boolean }>
  | Readonly<{ kind: "refused"; message: string }>
  /** The form was too old, so nothing was begun. Nothing has happened since it was opened: this nonce is for the same act. */
  | Readonly<{ kind: "renewed"; nonce: string }>;

const problem = z.object({ detail: z.string() });
const withId = z.object({ id: z.string() });

/** Captures or voids a hold, at most once per form. Throws what `operateOnHold` throws, in words for people. */
export async function operateFromDashboard(
  desk: MoneyDesk,
  type: "capture" | "void",
  order: MoneyOrder,
): Promise<MoneyOutcome> {
  const { services, context } = desk;
  const { paymentId } = order;
  const payment = await paymentOf(desk, paymentId);
  const amount = order.amount === null ? null : toDecimalString(amountOf(order.amount, payment));
  const sent = await requestOf(desk, type, order, { amount });
  if (sent.kind === "old") return renewed(desk, type, sent, payment);
  const { request } = sent;
  const asked = type === "void" ? ({ paymentId, type } as const) : ({ paymentId, type, amount } as const);
  const answer = await operateOnHold(services, context, request, asked).catch((error: unknown) =>
    inWords(error, payment, payment.amountMinor, desk),
  );
  if (answer.status >= 400) return { kind: "refused", message: problem.parse(JSON.parse(answer.body)).detail };
  return { kind: answer.status === 202 ? "pending" : "done", again: answer.replayed };
}

/**
 * Gives money back, at most once per form. Throws `StepUpRequired` above the merchant's limit, and what `refundPayment` throws,
 * in words for people.
 */
export async function refundFromDashboard(
  desk: MoneyDesk,
  order: MoneyOrder & Readonly<{ amount: string; reason: string | null }>,
): Promise<MoneyOutcome> {
  const { services, context } = desk;
  const { paymentId, reason } = order;
  const payment = await paymentOf(desk, paymentId);
  const amount = toDecimalString(amountOf(order.amount, payment));
  const sent = await requestOf(desk, "refund", order, { amount, reason });
  if (sent.kind === "old") return renewed(desk, "refund", sent, payment);
  const { request, subject } = sent;
  const approve = approvalOf(desk, subject);
  const answer = await refundPayment(services, context, request, { paymentId, amount, reason, approve }).catch(
    async (error: unknown) => {
      const now = await paymentOf(desk, paymentId);
      return inWords(error, payment, now.capturedMinor - now.refundedMinor - now.refundPendingMinor, desk);
    },
  );
  const refundId = parseId("ref", withId.parse(JSON.parse(answer.body)).id);
  const refund = refundId && (await findRefund(services.client.db, request, refundId));
  if (!refund) throw new Error("the refund that was made is not there");
  if (refund.status === "failed") return { kind: "refused", message: refusalMessage(refund.failureCode) };
  return { kind: refund.status === "pending" ? "pending" : "done", again: answer.replayed };
}

/** A refund is made by somebody who has seen the ones before it, and above the limit by somebody who proves who they are. */
function approvalOf({ session }: MoneyDesk, subject: string): NonNullable<RefundOrder["approve"]> {
  return async (tx, payment, amountMinor) => {
    if (subjectOf(payment.id, await newestRefundOf(tx, payment)) !== subject) throw changedMeanwhile();
    if (amountMinor <= (await refundableWithoutProof(tx, payment))) return;
    const { id, currency, cardLastFour } = payment;
    const amount = moneyOf(amountMinor, currency);
    const figure = formatMoney(amount, moneyLocale(session.merchant.country));
    await requireStepUp(tx, session, {
      purpose: "refund.create",
      binds: { payment: id, amount: toDecimalString(amount), currency },
      description: `Refund ${figure} ${currency} to the card ending in ${cardLastFour}`,
    });
  };
}

const holderOf = ({ session }: MoneyDesk) => ({ merchantId: session.merchant.id, userId: session.user.id });
const scopeOf = ({ session }: MoneyDesk) => ({ merchantId: session.merchant.id, mode: "test" }) as const;

async function paymentOf(desk: MoneyDesk, id: PaymentId): Promise<PaymentRecord> {
  const payment = await findPayment(desk.services.client.db, scopeOf(desk), id);
  if (!payment) throw noSuchPayment();
  return payment;
}

async function requestOf(
  desk: MoneyDesk,
  form: MoneyForm,
  order: MoneyOrder,
  body: Readonly<Record<string, string | null>>,
) {
  const { ring, client } = desk.services;
  const now = await nowSeconds(client.db);
  const read = readMoneyForm(ring, holderOf(desk), form, order, now);
  if (read === null) throw new AppError("invalid_state", "This form is not of this page. Reload it and try again.");
  const { subject } = read;
  if (read.isOld) return { kind: "old", subject, now } as const;
  const path = `/transactions/${order.paymentId}/${form}`;
  const request = dashboardRequest(ring, scopeOf(desk), form, subject, { path, body });
  return { kind: "good", subject, request } as const;
}

/**
 * A fresh nonce in place of an old one, if its subject is still what the payment's page shows: then nothing was done with
 * the old one, nor by anybody else. Throws 409 if it is not.
 */
async function renewed(
  desk: MoneyDesk,
  form: "capture" | "void" | "refund",
  { subject, now }: Readonly<{ subject: string; now: number }>,
  payment: PaymentRecord,
): Promise<MoneyOutcome> {
  const { ring, client } = desk.services;
  const last =
    form === "refund" ? await newestRefundOf(client.db, payment) : (await listOperationsOf(client.db, payment))[0]?.id;
  if (subjectOf(payment.id, last ?? null) !== subject) throw changedMeanwhile();
  return { kind: "renewed", nonce: issueNonce(ring, holderOf(desk), form, subject, now) };
}

/** What was typed, by the rules of the API. Throws 422. */
function amountOf(typed: string, { currency }: PaymentRecord): Money {
  const text = typed.trim();
  const parsed = parsePositiveMoney(text, currency);
  if (parsed.ok) return parsed.money;
  const wrong = amountProblem(text, currency, exponentOf(currency));
  throw fieldError("/amount", "amount_invalid", wrong ?? "This currency is not in use any more.");
}

/** The same refusal for somebody who looks at the payment, with the most that is possible. */
function inWords(error: unknown, payment: PaymentRecord, leftMinor: bigint, { session }: MoneyDesk): never {
  if (!(error instanceof AppError)) throw error;
  const most = formatMoney(moneyOf(leftMinor, payment.currency), moneyLocale(session.merchant.country));
  switch (error.code) {
    case "amount_exceeds_authorized":
      throw fieldError("/amount", error.code, `At most ${most} is held.`);
    case "amount_exceeds_refundable":
      throw fieldError("/amount", error.code, leftMinor > 0n ? `At most ${most} is left to refund.` : NOTHING_LEFT);
    case "idempotency_key_reused":
      throw changedMeanwhile();
    default:
      throw error;
  }
}

const NOTHING_LEFT = "Nothing is left to refund: all of it was given back, or is on its way.";

function changedMeanwhile(): AppError {
  return new AppError("invalid_state", "This payment has changed since you opened it. Look at it again, then decide.");
}

function refusalMessage(failureCode: string | null): string {
  return REFUSAL_MESSAGES[REFUSAL_CODES.find((known) => known === failureCode) ?? "refused"];
}
