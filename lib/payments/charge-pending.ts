import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { type ChargeOutcome, GatewayRefusal } from "@/lib/gateway/payment-gateway";
import { completeKey, type IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { logger } from "@/lib/logging/logger";
import { currentRequestContext } from "@/lib/logging/request-context";
import { moneyOf } from "@/lib/money/money";
import { openCardNumber } from "@/lib/vault/card-number-seal";
import { paymentResource } from "./payment-resource";
import type { PaymentServices } from "./payment-services";
import { findPayment, type PaymentRecord, type Settlement, settlePayment } from "./payment-store";

/** A payment that this call, and for now no other, may charge and answer for. */
export type HeldPayment = Readonly<{
  payment: PaymentRecord;
  sealedNumber: string;
  cvc: string | null;
  fence: number;
  /** The database's clock when the payment was taken hold of. */
  heldAt: Date;
}>;

/** Thrown inside the last transaction to undo it: another call holds the key now, or has settled the payment. */
class Superseded extends Error {}

/**
 * Charges a pending payment and stores the answer. Null when this call was superseded meanwhile: what it learnt is
 * dropped, and whoever superseded it will answer. An unknown outcome stays `pending`: 202.
 */
export async function chargePending(
  services: PaymentServices,
  context: AuditContext,
  request: IdempotentRequest,
  held: HeldPayment,
): Promise<IdempotentAnswer | null> {
  const settlement = held.payment.status === "pending" ? await askAcquirer(services, held) : null;
  const payment: PaymentRecord = { ...held.payment, ...settlement };
  const answer = {
    status: payment.status === "pending" ? 202 : 201,
    body: JSON.stringify(paymentResource(payment)),
  };
  try {
    await transact(services.client, context, async (tx) => {
      const written = await Promise.all([
        completeKey(tx, request, held.fence, answer),
        settlement === null || settlePayment(tx, payment.id, settlement),
      ]);
      if (!written.every(Boolean)) throw new Superseded();
    });
    return { ...answer, replayed: false };
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    const current = await findPayment(services.client.db, request, payment.id);
    // Another part of the product has settled it meanwhile: then what its row says is the answer.
    const isSettled = held.payment.status === "pending" && current !== null && current.status !== "pending";
    return isSettled ? chargePending(services, context, request, { ...held, payment: current }) : null;
  }
}

/** Null when the outcome is not known. */
async function askAcquirer(services: PaymentServices, held: HeldPayment): Promise<Settlement | null> {
  const startedAt = performance.now();
  const outcome = await charge(services, held);
  // The database's clock, carried on by this process's monotonic one: the answer can be written before it is stored.
  const updatedAt = new Date(held.heldAt.getTime() + Math.round(performance.now() - startedAt));
  return settlementOf(held.payment, outcome, updatedAt);
}

async function charge(services: PaymentServices, { payment, sealedNumber, cvc }: HeldPayment): Promise<ChargeOutcome> {
  const requestId = currentRequestContext()?.requestId ?? payment.id;
  const card = {
    number: openCardNumber(services.ring, payment.merchantId, payment.cardId, sealedNumber),
    expMonth: payment.cardExpMonth,
    expYear: payment.cardExpYear,
  };
  const { id: paymentId, merchantId, capture, reference } = payment;
  const amount = moneyOf(payment.amountMinor, payment.currency);
  try {
    return await services.gateway.charge(
      { paymentId, merchantId, amount, card, cvc, capture, reference },
      { timeoutMs: services.gatewayTimeoutMs, requestId },
    );
  } catch (error) {
    if (!(error instanceof GatewayRefusal)) throw error;
    logger.error({ err: error, payment_id: paymentId }, "the acquirer refused to look at a charge; it stays pending");
    return { kind: "unknown", reason: error.reason };
  }
}

function settlementOf(payment: PaymentRecord, outcome: ChargeOutcome, updatedAt: Date): Settlement | null {
  switch (outcome.kind) {
    case "approved":
      return {
        status: outcome.state,
        capturedMinor: outcome.state === "captured" ? payment.amountMinor : 0n,
        failureCode: null,
        failureMessage: null,
        gatewayReference: outcome.gatewayReference,
        updatedAt,
      };
    case "declined":
      return {
        status: "failed",
        capturedMinor: 0n,
        failureCode: outcome.code,
        failureMessage: outcome.message,
        gatewayReference: outcome.gatewayReference,
        updatedAt,
      };
    case "unknown":
      return null;
  }
}
