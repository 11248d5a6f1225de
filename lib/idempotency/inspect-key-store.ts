import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { idempotencyKeys, paymentOperations, refunds } from "@/db/schema";
import type { CustomerId, MerchantId, PaymentId, RefundId } from "@/lib/ids/id";

/** What a key has seen, for whoever looks into what a client does. Never the stored answer's body. */
export type InspectedKey = Readonly<{
  key: string;
  method: string;
  path: string;
  /** When the first call came, and when its answer was stored: null while it has none. */
  createdAt: Date;
  completedAt: Date | null;
  status: number | null;
  /** Whether somebody is at it; without an answer and without this, the next call or the reconciler finishes it. */
  running: boolean;
  replays: number;
  lastReplayedAt: Date | null;
  conflicts: number;
  lastConflictAt: Date | null;
  /** What it made, or acted on. */
  paymentId: PaymentId | null;
  refundId: RefundId | null;
  operation: "capture" | "void" | null;
  customerId: CustomerId | null;
}>;

type Scope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

/** Null for a key that is not there: never used, used by a call that was refused, or no longer kept. */
export async function inspectKey(
  db: Queryable,
  { merchantId, mode }: Scope,
  key: string,
): Promise<InspectedKey | null> {
  const { operationId, refundId, paymentId, leaseUntil, completedAt } = idempotencyKeys;
  const [row] = await db
    .select({
      key: idempotencyKeys.key,
      method: idempotencyKeys.method,
      path: idempotencyKeys.path,
      createdAt: idempotencyKeys.createdAt,
      completedAt,
      status: idempotencyKeys.responseStatus,
      running: sql<boolean>`${completedAt} is null and ${leaseUntil} > now()`,
      replays: idempotencyKeys.replays,
      lastReplayedAt: idempotencyKeys.lastReplayedAt,
      conflicts: idempotencyKeys.conflicts,
      lastConflictAt: idempotencyKeys.lastConflictAt,
      paymentId: sql<PaymentId | null>`coalesce(${paymentId}, ${refunds.paymentId}, ${paymentOperations.paymentId})`,
      refundId,
      operation: paymentOperations.type,
      customerId: idempotencyKeys.customerId,
    })
    .from(idempotencyKeys)
    .leftJoin(refunds, eq(refunds.id, refundId))
    .leftJoin(paymentOperations, eq(paymentOperations.id, operationId))
    .where(
      and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.mode, mode), eq(idempotencyKeys.key, key)),
    );
  return row ?? null;
}
