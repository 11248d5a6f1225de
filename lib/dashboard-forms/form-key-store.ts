import { and, eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { idempotencyKeys } from "@/db/schema";
import type { PaymentId } from "@/lib/ids/id";
import type { Scope } from "@/lib/payments/payment-store";

/** What a key was used for, and by which request; null when it was not used. Looking counts as no replay. */
export async function findUseOfKey(
  db: Queryable,
  { merchantId, mode }: Scope,
  key: string,
): Promise<Readonly<{ paymentId: PaymentId | null; fingerprint: Buffer }> | null> {
  const [row] = await db
    .select({ paymentId: idempotencyKeys.paymentId, fingerprint: idempotencyKeys.fingerprint })
    .from(idempotencyKeys)
    .where(
      and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.mode, mode), eq(idempotencyKeys.key, key)),
    );
  return row ?? null;
}
