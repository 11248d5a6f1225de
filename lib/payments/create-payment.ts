import { setTimeout as sleep } from "node:timers/promises";
import type { AuditContext } from "@/db/audit-context";
import type { Queryable } from "@/db/client";
import { transact, violatedConstraint } from "@/db/transact";
import { holdCustomer } from "@/lib/customers/customer-store";
import { AppError, fieldError } from "@/lib/errors/app-error";
import { findKey, type IdempotentRequest, insertKey, takeOverKey } from "@/lib/idempotency/idempotency-store";
import { type IdempotentAnswer, keyInUse, storedAnswer, WAIT_FOR_FIRST_MS } from "@/lib/idempotency/stored-answer";
import { type CardId, newId } from "@/lib/ids/id";
import { parseCvc } from "@/lib/vault/card-cvc";
import { findCard, findSealedNumber } from "@/lib/vault/card-store";
import { chargePending, type HeldPayment } from "./charge-pending";
import type { PaymentServices } from "./payment-services";
import { findPayment, insertPendingPayment, type NewPayment, type Scope } from "./payment-store";

export type PaymentOrder = Omit<NewPayment, "id"> & Readonly<{ cvc: string | null }>;

const POLL_MS = 50;

/** Beyond the acquirer's deadline, in milliseconds: a holder that lives has answered by then. */
const LEASE_MARGIN_MS = 3000;

/**
 * Takes a payment, at most once per key.
 *
 * 1. One transaction claims the key and writes the payment as `pending`: from here on it exists, whatever dies.
 * 2. The acquirer is called, outside any transaction, with the payment's id as its own idempotency key.
 * 3. One transaction writes what it said and the answer to be replayed, if this call still holds the key's fence.
 *
 * A crash before 3 leaves a pending payment; the next call with the key takes it over when the lease ends and charges with
 * the same id, which cannot charge twice. Throws 409 `idempotency_key_in_use` after ten seconds of waiting for another
 * call, 409 `reference_taken`, 422 `card_not_found` or `idempotency_key_reused`.
 */
export async function createPayment(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  order: PaymentOrder,
): Promise<IdempotentAnswer> {
  const giveUpAt = performance.now() + WAIT_FOR_FIRST_MS;
  const start = async () =>
    (await begin(services, context, request, order)) ?? (await join(services, context, request));
  let found = await start();
  for (;;) {
    if (typeof found === "object") {
      const answer = "fence" in found ? await chargePending(services, context, request, found) : found;
      if (answer) return answer;
    }
    if (performance.now() >= giveUpAt) throw keyInUse();
    await sleep(POLL_MS);
    found = found === "free" ? await start() : await join(services, context, request);
  }
}

/** Claims the key and writes the payment, in one round trip; null when the key is known already. */
async function begin(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  order: PaymentOrder,
): Promise<HeldPayment | null> {
  const id = newId("pay");
  try {
    return await transact(services.client, context, async (tx) => {
      const { scope, cardId, customerId } = order;
      const [claimed, payment, sealedNumber, hasCustomer] = await Promise.all([
        insertKey(tx, request, id, leaseMs(services)),
        insertPendingPayment(tx, { ...order, id }, request.key),
        findSealedNumber(tx, scope, cardId),
        customerId === null || holdCustomer(tx, scope, customerId),
      ]);
      if (!claimed) return null;
      if (!hasCustomer) throw noSuchCustomer();
      if (!payment || !sealedNumber) throw await refusedCard(tx, scope, cardId);
      if (order.cvc !== null && !parseCvc(order.cvc, payment.cardBrand).ok) {
        throw fieldError("/cvc", "cvc_invalid", "The security code has 3 digits, or 4 for American Express.");
      }
      return { payment, sealedNumber, cvc: order.cvc, fence: 1, heldAt: payment.createdAt };
    });
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === "payments_customer_id_customers_id_fk") throw noSuchCustomer();
    if (violated !== "payments_reference") throw error;
    throw new AppError("reference_taken", "Another payment has this reference. Each reference is paid once.");
  }
}

function noSuchCustomer(): AppError {
  return fieldError("/customer", "customer_not_found", "There is no such customer.");
}

/** Why no payment can be begun with this card. */
async function refusedCard(db: Queryable, scope: Scope, id: CardId): Promise<AppError> {
  const card = await findCard(db, scope, id);
  return card?.spentAt
    ? fieldError("/card", "card_spent", "This card's number was not kept after its first payment. Tokenise it again.")
    : fieldError("/card", "card_not_found", "There is no such card. Tokenise it with POST /cards first.");
}

/**
 * What a call finds that came second: the stored answer, a payment to take over, a first call that is still running, or
 * a key that is free again because the first call was refused.
 */
async function join(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
): Promise<IdempotentAnswer | HeldPayment | "running" | "free"> {
  const { db } = services.client;
  const record = await findKey(db, request);
  if (!record) return "free";
  const answer = storedAnswer(record, request);
  if (answer) return answer;
  if (!record.leaseExpired || record.paymentId === null) return "running";

  const taken = await transact(services.client, context, (tx) => takeOverKey(tx, request, leaseMs(services)));
  const payment = taken && (await findPayment(db, request, record.paymentId));
  const sealedNumber = payment && (await findSealedNumber(db, request, payment.cardId));
  // A charge that is sent again goes without the security code: it was never kept.
  return taken && payment && sealedNumber ? { payment, sealedNumber, cvc: null, ...taken } : "running";
}

function leaseMs({ gatewayTimeoutMs }: PaymentServices): number {
  return gatewayTimeoutMs + LEASE_MARGIN_MS;
}
