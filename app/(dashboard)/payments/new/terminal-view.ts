import type { KeptFields, TerminalCurrency, TerminalState } from "@/components/terminal/terminal-state";
import { newTerminalForm, type TerminalDesk } from "@/lib/dashboard-forms/take-terminal-payment";
import { CURRENCIES, type Currency, currencyName, exponentOf } from "@/lib/money/currency";
import { toDecimalString } from "@/lib/money/decimal-string";
import { formatMoney } from "@/lib/money/format-money";
import { moneyLocale } from "@/lib/money/locale";
import { moneyOf } from "@/lib/money/money";
import type { PaymentServices } from "@/lib/payments/payment-services";
import type { PaymentRecord } from "@/lib/payments/payment-store";
import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";
import type { CurrentSession } from "@/lib/sessions/session-store";

type Desk = Omit<TerminalDesk, "context">;
type Earlier = Extract<TerminalState, { kind: "asked" }>["earlier"];

export const NOTHING_KEPT: KeptFields = { amount: "", currency: "", reference: "" };

export function deskOf(services: PaymentServices, { user, merchant }: CurrentSession): Desk {
  return {
    services,
    scope: { merchantId: merchant.id, mode: "test" },
    holder: { merchantId: merchant.id, userId: user.id },
  };
}

/** The longest amount there is, with the marks and blanks that people put into one. */
const AMOUNT = /^[\d.,\s'₹$€£-]{1,24}$/;

/** What comes back of a form that was sent: not what holds a card number, wherever it was typed, nor what is no amount. */
export function keptOf(sent: Readonly<Record<string, unknown>>): KeptFields {
  const kept = (name: keyof KeptFields, shape = /^/) => {
    const text = sent[name];
    const isFit = typeof text === "string" && text.length <= 255 && shape.test(text) && !holdsCardNumber(text);
    return isFit ? text.trim() : "";
  };
  return { amount: kept("amount", AMOUNT), currency: kept("currency", /^[a-z]{3}$/i), reference: kept("reference") };
}

/** What the terminal shows of a form's payment: a declined one is a form again, a new one. */
export async function stateOfPayment(
  desk: Desk,
  { merchant }: CurrentSession,
  form: string,
  payment: PaymentRecord,
  earlier: Earlier,
): Promise<TerminalState> {
  const { id, status, currency, reference } = payment;
  const amount = moneyOf(payment.amountMinor, currency);
  if (status === "failed") {
    return {
      kind: "open",
      form: await newTerminalForm(desk),
      kept: { amount: toDecimalString(amount), currency, reference: reference ?? "" },
      errors: {},
      alert: { kind: "declined", reason: payment.failureMessage ?? "", paymentId: id },
    };
  }
  const text = { text: formatMoney(amount, moneyLocale(merchant.country)), currency };
  const card = { brand: payment.cardBrand, lastFour: payment.cardLastFour };
  return { kind: "asked", form, payment: { id, status, amount: text, card, reference }, earlier };
}

/** Every currency there is, those in use first. */
export function currencyChoices(inUse: readonly Currency[]) {
  const choice = (code: Currency): TerminalCurrency => ({
    code,
    name: currencyName(code),
    decimals: exponentOf(code),
  });
  const used = inUse.filter((code) => CURRENCIES.includes(code));
  return { used: used.map(choice), others: CURRENCIES.filter((code) => !used.includes(code)).map(choice) };
}
