import type { MoneyMoves } from "@/components/money-moves/money-answers";
import type { MoneyText } from "@/components/payments/money";
import type { RefundRow } from "@/components/payments/refunds-list";
import type { MoneyForms } from "@/lib/dashboard-forms/money-forms";
import { REFUSAL_CODES, REFUSAL_MESSAGES } from "@/lib/gateway/refusal-code";
import { toDecimalString } from "@/lib/money/decimal-string";
import { formatMoney } from "@/lib/money/format-money";
import { moneyLocale } from "@/lib/money/locale";
import { moneyOf } from "@/lib/money/money";
import type { PaymentRecord } from "@/lib/payments/payment-store";
import type { RefundRecord } from "@/lib/payments/refund-store";

/** How amounts of a payment are written for its merchant, in figures alone and with the currency beside them. */
export function figuresOf({ currency }: PaymentRecord, country: string) {
  const figure = (minor: bigint) => formatMoney(moneyOf(minor, currency), moneyLocale(country));
  return { figure, text: (minor: bigint): MoneyText => ({ text: figure(minor), currency }) };
}

/** What may be done to a payment, with the most of it filled in. */
export function movesOf(payment: PaymentRecord, forms: MoneyForms, figure: (minor: bigint) => string): MoneyMoves {
  const { amountMinor, currency } = payment;
  const left = (minor: bigint) => ({
    decimal: toDecimalString(moneyOf(minor, currency)),
    text: `${figure(minor)} ${currency}`,
  });
  const { capture, void: letGo, refund } = forms;
  return {
    ...(capture && { capture: { nonce: capture.nonce, left: left(capture.leftMinor) } }),
    ...(letGo && { void: { nonce: letGo.nonce, left: left(amountMinor) } }),
    ...(refund && {
      refund: {
        nonce: refund.nonce,
        left: left(refund.leftMinor),
        proof: proofOf(refund, (minor) => left(minor).text),
      },
    }),
  };
}

function proofOf(
  { leftMinor, freeMinor }: NonNullable<MoneyForms["refund"]>,
  text: (minor: bigint) => string,
): string | null {
  if (freeMinor >= leftMinor) return null;
  return freeMinor === 0n
    ? "You will be asked to confirm that it is you."
    : `Above ${text(freeMinor)} you will be asked to confirm that it is you.`;
}

export function refundRow(refund: RefundRecord, text: (minor: bigint) => MoneyText): RefundRow {
  const { id, status, reason, failureCode, createdAt } = refund;
  const failure = REFUSAL_CODES.find((known) => known === failureCode);
  return {
    ...{ id, status, reason, createdAt },
    amount: text(refund.amountMinor),
    failure: failure ? REFUSAL_MESSAGES[failure] : null,
  };
}

/** What the acquirer owes an answer to, besides the payment itself. */
export function underWay(
  { operation, refundPendingMinor }: PaymentRecord,
  figure: (minor: bigint) => string,
): string[] {
  const asked: string[] = [];
  if (operation?.type === "capture" && operation.amountMinor !== null) {
    asked.push(`A capture of ${figure(operation.amountMinor)} was asked for.`);
  }
  if (operation?.type === "void") asked.push("A void was asked for.");
  if (refundPendingMinor > 0n) asked.push(`Refunds of ${figure(refundPendingMinor)} were asked for.`);
  return asked;
}
