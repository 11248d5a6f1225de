import { and, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "@/db/client";
import { paymentOperations, payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { OperationId } from "@/lib/ids/id";
import type { OperationRecord, PaymentRecord, Scope } from "./payment-store";
import type { HoldOperation } from "./state-machine";

/** Writes a capture or a void as `pending`; `gateway` is the identity of the acquirer that will be asked. A second one beside it violates `payment_operations_one_pending`. */
export async function insertOperation(
  tx: Transaction,
  id: OperationId,
  payment: PaymentRecord,
  operation: HoldOperation,
  gateway: string,
): Promise<OperationRecord> {
  const [row] = await tx
    .insert(paymentOperations)
    .values({
      id,
      merchantId: payment.merchantId,
      mode: payment.mode,
      paymentId: payment.id,
      type: operation.type,
      amountMinor: operation.type === "capture" ? operation.amount : null,
      status: "pending",
      gateway,
    })
    .returning();
  if (!row) throw new Error("the inserted operation did not come back");
  return row;
}

export async function findOperation(
  db: Queryable,
  { merchantId, mode }: Scope,
  id: OperationId,
): Promise<OperationRecord | null> {
  const [row] = await db
    .select()
    .from(paymentOperations)
    .where(
      and(eq(paymentOperations.id, id), eq(paymentOperations.merchantId, merchantId), eq(paymentOperations.mode, mode)),
    );
  return row ?? null;
}

const underWay = alias(paymentOperations, "under_way");

/**
 * An operation with its payment, in one statement: read one after the other, the payment could already have another one under
 * way.
 */
export async function findOperationAndPayment(
  db: Queryable,
  { merchantId, mode }: Scope,
  id: OperationId,
): Promise<Readonly<{ operation: OperationRecord; payment: PaymentRecord }> | null> {
  const [row] = await db
    .select({ operation: paymentOperations, payment: payments, underWay })
    .from(paymentOperations)
    .innerJoin(payments, eq(payments.id, paymentOperations.paymentId))
    .leftJoin(underWay, and(eq(underWay.paymentId, payments.id), eq(underWay.status, "pending")))
    .where(
      and(eq(paymentOperations.id, id), eq(paymentOperations.merchantId, merchantId), eq(paymentOperations.mode, mode)),
    );
  return row ? { operation: row.operation, payment: { ...row.payment, operation: row.underWay } } : null;
}

/** Everything that was asked about a payment's hold, newest first; at most a hundred. */
export function listOperationsOf(db: Queryable, { id, merchantId, mode }: PaymentRecord): Promise<OperationRecord[]> {
  return db
    .select()
    .from(paymentOperations)
    .where(
      and(
        eq(paymentOperations.paymentId, id),
        eq(paymentOperations.merchantId, merchantId),
        eq(paymentOperations.mode, mode),
      ),
    )
    .orderBy(desc(paymentOperations.createdAt), desc(paymentOperations.id))
    .limit(100);
}

/** Holds an operation that is pending until the transaction ends; false when its outcome is known. */
export async function holdPendingOperation(tx: Transaction, id: OperationId): Promise<boolean> {
  const found = await tx
    .select({ id: paymentOperations.id })
    .from(paymentOperations)
    .where(and(eq(paymentOperations.id, id), eq(paymentOperations.status, "pending")))
    .for("share");
  return found.length === 1;
}

/** One conditional UPDATE: false when the outcome was known already, and then nothing has changed. */
export async function settleOperationRow(
  tx: Transaction,
  id: OperationId,
  outcome: Readonly<{ status: "succeeded" | "failed"; failureCode: string | null }>,
): Promise<boolean> {
  const settled = await tx
    .update(paymentOperations)
    .set({ ...outcome, updatedAt: sql`now()` })
    .where(and(eq(paymentOperations.id, id), eq(paymentOperations.status, "pending")))
    .returning({ id: paymentOperations.id });
  return settled.length === 1;
}
