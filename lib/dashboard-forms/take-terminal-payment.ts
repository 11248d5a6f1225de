import { z } from "zod";
import type { AuditContext } from "@/db/audit-context";
import { nowSeconds } from "@/db/now-seconds";
import type { Transaction } from "@/db/transact";
import { randomToken } from "@/lib/crypto/random";
import { AppError } from "@/lib/errors/app-error";
import { newId, parseId } from "@/lib/ids/id";
import { withCurrentKeys } from "@/lib/keys/with-keys";
import { type Currency, exponentOf, parseCurrency } from "@/lib/money/currency";
import { parsePositiveMoney } from "@/lib/money/parse-money";
import { createPayment } from "@/lib/payments/create-payment";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findPayment, type PaymentRecord, type Scope } from "@/lib/payments/payment-store";
import { freeText } from "@/lib/sensitive/free-text";
import { addCard } from "@/lib/vault/tokenize-card";
import { dashboardKey, dashboardRequest } from "./dashboard-request";
import { findUseOfKey } from "./form-key-store";
import { type FormHolder, issueNonce, readNonce } from "./form-nonce";
import { checkTerminal, type TerminalErrors, type TerminalText, type TypedCard, tidyTerminal } from "./terminal-fields";

const PATH = "/payments/new";
const reference = freeText(255);
const withId = z.object({ id: z.string() });

/** Who takes payments, and for whom. */
export type TerminalDesk = Readonly<{
  services: PaymentServices;
  context: AuditContext;
  scope: Scope;
  holder: FormHolder;
}>;

export type TerminalOutcome =
  /** Nothing was begun. */
  | Readonly<{ kind: "invalid"; errors: TerminalErrors }>
  /** The form is too old and took nothing that is still known of, or it is none of this person's. Nothing was begun. */
  | Readonly<{ kind: "stale" }>
  /** The acquirer was asked, or had been asked already by an earlier sending of the same form (`again`). */
  | Readonly<{ kind: "asked"; payment: PaymentRecord; again: boolean }>
  /** The form has taken a payment before, another than this or long ago. Nothing was begun now. */
  | Readonly<{ kind: "spent"; payment: PaymentRecord }>;

/** A form that nobody has sent yet. */
export async function newTerminalForm({ services, holder }: Omit<TerminalDesk, "context">): Promise<string> {
  const now = await nowSeconds(services.client.db);
  return issueNonce(services.ring, holder, "take_payment", randomToken(16), now);
}

/** What became of a form: its payment, or null when it has not been sent; "stale" when it cannot be sent any more. */
export async function outcomeOfForm(
  { services, holder, scope }: Omit<TerminalDesk, "context">,
  form: string,
): Promise<PaymentRecord | null | "stale"> {
  const { db } = services.client;
  const read = readNonce(services.ring, holder, "take_payment", form, await nowSeconds(db));
  if (read === null) return "stale";
  const payment = await paymentOf(services, scope, read.subject);
  return payment ?? (read.isOld ? "stale" : null);
}

/**
 * Takes a payment with a card that somebody has typed in, at most once per form. The card goes into the
 * vault with the payment, in one transaction, and stays there only if the payment is taken; nothing of it is in the outcome. Throws what `createPayment` throws and is not about a
 * field.
 */
export async function takeTerminalPayment(
  desk: TerminalDesk,
  form: string,
  typed: TerminalText,
): Promise<TerminalOutcome> {
  const { services, scope, holder } = desk;
  const text = tidyTerminal(typed);
  const now = await nowSeconds(services.client.db);
  const read = readNonce(services.ring, holder, "take_payment", form, now);
  if (read === null) return { kind: "stale" };
  const { subject } = read;
  if (read.isOld) {
    const payment = await paymentOf(services, scope, subject);
    return payment === null ? { kind: "stale" } : { kind: "spent", payment };
  }
  const { card, errors } = checkTerminal(text, decimalsOf, new Date(now * 1000));
  const refused = { ...errors, ...referenceProblem(text.reference) };
  if (card === null || Object.keys(refused).length > 0) return { kind: "invalid", errors: refused };
  try {
    return await charge(desk, subject, text, card);
  } catch (error) {
    const about = error instanceof AppError ? errorsOf(error) : null;
    if (about !== null) return { kind: "invalid", errors: about };
    const isSpent = error instanceof AppError && error.code === "idempotency_key_reused";
    const before = isSpent ? await paymentOf(services, scope, subject) : null;
    if (before === null) throw error;
    return { kind: "spent", payment: before };
  }
}

async function charge(
  desk: TerminalDesk,
  subject: string,
  text: TerminalText,
  card: TypedCard,
): Promise<TerminalOutcome> {
  const { services, context, scope } = desk;
  const { currency, reference } = text;
  const parsed = parsePositiveMoney(text.amount, currency);
  if (!parsed.ok) throw new Error("an amount that was looked over does not parse");
  const { number, expiry, cvc } = card;
  const body = { amount: text.amount, currency, reference, number, exp_month: expiry.month, exp_year: expiry.year };
  const request = dashboardRequest(services.ring, scope, "take_payment", subject, { path: PATH, body });
  const typedCard = { scope, number, expMonth: expiry.month, expYear: expiry.year, customerId: null };
  const cardId = newId("tok");
  const order = {
    ...{ scope, amount: parsed.money, cardId, customerId: null, capture: true, cvc, description: null, metadata: {} },
    reference: reference === "" ? null : reference,
    addCard: (tx: Transaction) => addCard(tx, services.ring, cardId, typedCard, { oneOff: true }),
  };
  const answer = await withCurrentKeys(services.ring, () => createPayment(services, context, request, order));
  const payment = await findPayment(services.client.db, scope, paymentIdIn(answer.body));
  if (!payment) throw new Error("the payment that was taken is not there");
  return { kind: "asked", payment, again: answer.replayed };
}

async function paymentOf({ client }: PaymentServices, scope: Scope, subject: string): Promise<PaymentRecord | null> {
  const used = await findUseOfKey(client.db, scope, dashboardKey("take_payment", subject));
  return used?.paymentId ? findPayment(client.db, scope, used.paymentId) : null;
}

function paymentIdIn(body: string) {
  const id = parseId("pay", withId.parse(JSON.parse(body)).id);
  if (id === null) throw new Error("an answer of ours names nothing");
  return id;
}

function decimalsOf(code: string): number | null {
  const currency: Currency | null = parseCurrency(code);
  return currency && exponentOf(currency);
}

function referenceProblem(text: string): TerminalErrors {
  const parsed = text === "" ? null : reference.safeParse(text);
  if (parsed === null || parsed.success) return {};
  const hasCard = parsed.error.issues.some((issue) => issue.code === "custom" && issue.params?.code !== undefined);
  return {
    reference: hasCard
      ? "This holds a card number. Card numbers go into their own field only."
      : "Up to 255 characters, such as an order number.",
  };
}

/** A refusal that is about a field, as the form shows it; null for any other. */
function errorsOf({ code, message }: AppError): TerminalErrors | null {
  if (code === "reference_taken") return { reference: message };
  if (code === "cvc_invalid") return { cvc: message };
  return null;
}
