import { and, eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { gatewayCallbacks, payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { PaymentId } from "@/lib/ids/id";
import type { Scope } from "@/lib/payments/payment-store";

export type CallbackOutcome = (typeof gatewayCallbacks.$inferSelect)["outcome"];

export type CallbackKey = Readonly<{ gateway: "sandbox" | "stripe"; callbackId: string }>;

/** Whose payment it is, and in which mode; null when there is none with this id. Not for what a merchant may see. */
export async function findScopeOf(db: Queryable, id: PaymentId): Promise<Scope | null> {
  const [row] = await db
    .select({ merchantId: payments.merchantId, mode: payments.mode })
    .from(payments)
    .where(eq(payments.id, id));
  return row ?? null;
}

/**
 * Writes a callback down, the first time it comes; false when it was there. One that comes at the same time waits here
 * until the first one's transaction is decided.
 */
export async function insertCallback(
  tx: Transaction,
  callback: CallbackKey & Readonly<{ kind: string; paymentId: PaymentId | null }>,
): Promise<boolean> {
  const inserted = await tx
    .insert(gatewayCallbacks)
    .values({ ...callback, outcome: "ignored", reason: "not judged yet" })
    .onConflictDoNothing()
    .returning({ id: gatewayCallbacks.callbackId });
  return inserted.length === 1;
}

/** What became of it. `reason` is null for one that was applied. */
export async function noteOutcome(
  tx: Transaction,
  key: CallbackKey,
  verdict: Readonly<{ outcome: CallbackOutcome; reason: string | null }>,
): Promise<void> {
  const { outcome, reason } = verdict;
  await tx.update(gatewayCallbacks).set({ outcome, reason }).where(byKey(key));
}

export async function findOutcome(db: Queryable, key: CallbackKey): Promise<CallbackOutcome | null> {
  const [row] = await db.select({ outcome: gatewayCallbacks.outcome }).from(gatewayCallbacks).where(byKey(key));
  return row?.outcome ?? null;
}

function byKey({ gateway, callbackId }: CallbackKey) {
  return and(eq(gatewayCallbacks.gateway, gateway), eq(gatewayCallbacks.callbackId, callbackId));
}
