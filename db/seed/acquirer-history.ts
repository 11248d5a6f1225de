import { asc, eq, lt } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, payments, refunds } from "@/db/schema";
import { toDecimalString } from "@/lib/money/decimal-string";
import { moneyOf } from "@/lib/money/money";

/**
 * Tells the sandbox acquirer of the payments that lie before their merchant: it must know them to refund them. It skips
 * those it has, so a start that was cut off between database and ledger is made good by the next.
 */
export async function importAcquirerHistory(db: Queryable, sandboxUrl: string): Promise<void> {
  const rows = await db
    .select({ payment: payments, refund: refunds })
    .from(payments)
    .innerJoin(merchants, eq(merchants.id, payments.merchantId))
    .leftJoin(refunds, eq(refunds.paymentId, payments.id))
    .where(lt(payments.createdAt, merchants.createdAt))
    .orderBy(asc(payments.createdAt), asc(payments.id));
  const [first] = rows;
  if (!first || (await isKnown(sandboxUrl, first.payment.id))) return;
  const response = await fetch(new URL("/v1/ledger/import", sandboxUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(rows.map(toCharge)),
  });
  if (!response.ok)
    throw new Error(`The sandbox acquirer refused its history: ${response.status} ${await response.text()}`);
}

async function isKnown(sandboxUrl: string, paymentId: string): Promise<boolean> {
  const response = await fetch(new URL(`/v1/charges?idempotency_key=${paymentId}`, sandboxUrl));
  const { data } = (await response.json()) as { data: unknown[] };
  return data.length > 0;
}

type Row = { payment: typeof payments.$inferSelect; refund: typeof refunds.$inferSelect | null };

function toCharge({ payment, refund }: Row) {
  const decimal = (minor: bigint) => toDecimalString(moneyOf(minor, payment.currency));
  return {
    id: payment.gatewayReference,
    idempotency_key: payment.id,
    merchant: payment.merchantId,
    reference: payment.reference,
    amount: decimal(payment.amountMinor),
    currency: payment.currency,
    card: { last4: payment.cardLastFour },
    created_at: payment.createdAt.toISOString(),
    ...outcomeOf(
      payment,
      refund && {
        idempotency_key: refund.id,
        amount: decimal(refund.amountMinor),
        created_at: refund.createdAt.toISOString(),
      },
    ),
  };
}

function outcomeOf(payment: Row["payment"], refund: object | null) {
  switch (payment.status) {
    case "failed":
      return { status: "declined", decline_code: payment.failureCode };
    case "authorized":
    case "voided":
      return { status: payment.status };
    default:
      return { status: "captured", refunds: refund ? [refund] : [] };
  }
}
