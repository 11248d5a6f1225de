import type { AuditContext } from "@/db/audit-context";
import type { Queryable } from "@/db/client";
import { type Transaction, violatedConstraint } from "@/db/transact";
import { holdCustomer } from "@/lib/customers/customer-store";
import { AppError, fieldError } from "@/lib/errors/app-error";
import type { ChargeOutcome } from "@/lib/gateway/payment-gateway";
import { callOncePerKey, type KeyedCall, type Performed } from "@/lib/idempotency/call-once";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { type CardId, newId } from "@/lib/ids/id";
import { withKeys } from "@/lib/keys/with-keys";
import { recordPayment } from "@/lib/metrics/instruments";
import { parseCvc } from "@/lib/vault/card-cvc";
import { openCardNumber } from "@/lib/vault/card-number-seal";
import { findCard, findSealedNumber } from "@/lib/vault/card-store";
import { askAboutCharge, sendCharge } from "./ask-acquirer";
import { beginInNoDoubt } from "./begin-in-no-doubt";
import { carryOn } from "./database-clock";
import { holdPendingPayment } from "./payment-moves-store";
import { paymentResource } from "./payment-resource";
import { leaseMs, type PaymentServices } from "./payment-services";
import type { PaymentStatus } from "./payment-status";
import { findPayment, insertPendingPayment, type NewPayment, type PaymentRecord, type Scope } from "./payment-store";
import { settlementOf, writeSettlement } from "./settle-payment";

export type PaymentOrder = Omit<NewPayment, "id" | "gateway"> &
  Readonly<{
    cvc: string | null;
    /** Puts the card there first, in the transaction that begins the payment: a payment that is refused leaves no card. */
    addCard?: (tx: Transaction) => Promise<unknown>;
  }>;

type Charge = Readonly<{
  payment: PaymentRecord;
  /** Null when it is gone. */
  sealedNumber: string | null;
  /** The security code of the first try, which alone has it; `again` is a charge that may have been sent before. */
  attempt: Readonly<{ kind: "first"; cvc: string | null } | { kind: "again" }>;
}>;

/**
 * Takes a payment, at most once per key, with the payment's id as the acquirer's own idempotency key. An unknown outcome
 * stays `pending`: 202. Throws 403 `permission_denied` in a mode that the acquirer has not, 409 `reference_taken`, 422
 * `card_not_found`, `customer_not_found` or `cvc_invalid`, 503 while the acquirer's account is in doubt, and what `callOncePerKey` throws.
 */
export async function createPayment(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  order: PaymentOrder,
): Promise<IdempotentAnswer> {
  const { client } = services;
  const learnt: Learnt = { status: null };
  const call: KeyedCall<Charge> = {
    leaseMs: leaseMs(services),
    begin: await beginInNoDoubt(services, beginPayment(services, order, request)),
    resume: async ({ paymentId }) => {
      const payment = paymentId && (await findPayment(client.db, request, paymentId));
      if (!payment) return null;
      const sealedNumber = await findSealedNumber(client.db, request, payment.cardId);
      return { payment, sealedNumber, attempt: { kind: "again" } };
    },
    perform: (charge, heldAt) => performCharge(services, charge, heldAt, learnt),
    settledSince: async (charge) => {
      const payment = charge.payment.status === "pending" && (await findPayment(client.db, request, charge.payment.id));
      return payment && payment.status !== "pending" ? { ...charge, payment } : null;
    },
  };
  try {
    const answer = await callOncePerKey(client, context, request, call);
    if (!answer.replayed && learnt.status !== null) recordPayment(learnt.status);
    return answer;
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === "payments_customer_id_customers_id_fk") throw noSuchCustomer();
    if (violated !== "payments_reference") throw error;
    throw new AppError("reference_taken", "Another payment has this reference. Each reference is paid once.");
  }
}

/** Claims the key, writes the payment and reads the card, in one round trip. */
function beginPayment(
  { ring, gateway }: PaymentServices,
  order: PaymentOrder,
  request: IdempotentRequest,
): KeyedCall<Charge>["begin"] {
  const id = newId("pay");
  return async (tx, claim) => {
    const { scope, cardId, customerId, addCard } = order;
    const claiming = claim({ paymentId: id });
    if (addCard) {
      if (!(await claiming)) return null;
      await addCard(tx);
    }
    const [hold, hasCustomer, payment, sealedNumber] = await Promise.all([
      claiming,
      // Before the card, as where a customer is erased. What is prepared is sent in this order.
      customerId === null || holdCustomer(tx, scope, customerId),
      insertPendingPayment(tx, { ...order, id, gateway: gateway.identity }, request.key),
      findSealedNumber(tx, scope, cardId),
    ]);
    if (!hold) return null;
    if (!hasCustomer) throw noSuchCustomer();
    if (!payment || !sealedNumber) throw await refusedCard(tx, scope, cardId);
    if (scope.mode !== gateway.mode) throw noSuchMode(scope.mode);
    if (order.cvc !== null && !parseCvc(order.cvc, payment.cardBrand).ok) {
      throw fieldError("/cvc", "cvc_invalid", "The security code has 3 digits, or 4 for American Express.");
    }
    // A number that does not open (a key is missing, the row was tampered with) must not leave a payment that nobody can send.
    await withKeys(ring, () => openCardNumber(ring, scope.merchantId, cardId, sealedNumber));
    return { hold, subject: { payment, sealedNumber, attempt: { kind: "first", cvc: order.cvc } } };
  };
}

/** A live payment at an acquirer of test money would pass for paid, and a test at one of real money would take it. */
function noSuchMode(mode: Scope["mode"]): AppError {
  const other = mode === "live" ? "test" : "live";
  return new AppError(
    "permission_denied",
    `This server takes payments in ${other} mode only: its acquirer has no ${mode} mode. Use a key of ${other} mode.`,
  );
}

function noSuchCustomer(): AppError {
  return fieldError("/customer", "customer_not_found", "There is no such customer.");
}

/** Why no payment can be begun with this card. One code for all of it: what to do is the same. */
async function refusedCard(db: Queryable, scope: Scope, id: CardId): Promise<AppError> {
  const card = await findCard(db, scope, id);
  const detail = card?.spentAt
    ? "This card's number was not kept after its first payment. Tokenise it again with POST /cards."
    : "There is no such card. Tokenise it with POST /cards first.";
  return fieldError("/card", "card_not_found", detail);
}

/** What this call itself made of the payment; null where it stood already. */
type Learnt = { status: PaymentStatus | null };

async function performCharge(
  services: PaymentServices,
  charge: Charge,
  heldAt: Date,
  learnt: Learnt,
): Promise<Performed> {
  const { payment } = charge;
  const clock = carryOn(heldAt);
  const isPending = payment.status === "pending";
  const outcome = isPending ? await ask(services, charge) : null;
  const settlement = outcome && settlementOf(payment, outcome, clock());
  const after: PaymentRecord = { ...payment, ...settlement };
  learnt.status = isPending ? after.status : null;
  return {
    answer: { status: after.status === "pending" ? 202 : 201, body: JSON.stringify(paymentResource(after)) },
    write: async (tx) => {
      if (settlement !== null) return writeSettlement(tx, payment, settlement);
      return !isPending || holdPendingPayment(tx, payment.id);
    },
  };
}

function ask(services: PaymentServices, { payment, sealedNumber, attempt }: Charge): Promise<ChargeOutcome> {
  if (attempt.kind === "again" || sealedNumber === null) return askAboutCharge(services, payment, sealedNumber);
  return sendCharge(services, payment, sealedNumber, attempt.cvc);
}
