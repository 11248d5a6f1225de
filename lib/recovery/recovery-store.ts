import { and, eq, isNotNull } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId, UserId } from "@/lib/ids/id";

/** Somebody who may have lost what they sign in with. */
export type RecoveringPerson = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  email: string;
  name: string;
  merchantName: string;
  passwordHash: string;
  disabled: boolean;
  /** An owner has reset their factors, and they have no new one yet. */
  factorsReset: boolean;
}>;

/** By normalised e-mail or by id. */
export async function findPerson(
  db: Queryable,
  who: Readonly<{ email: string } | { userId: UserId }>,
): Promise<RecoveringPerson | null> {
  const [row] = await db
    .select({
      userId: users.id,
      merchantId: users.merchantId,
      email: users.email,
      name: users.name,
      merchantName: merchants.name,
      passwordHash: users.passwordHash,
      disabledAt: users.disabledAt,
      factorsResetAt: users.factorsResetAt,
    })
    .from(users)
    .innerJoin(merchants, eq(merchants.id, users.merchantId))
    .where("email" in who ? eq(users.email, who.email) : eq(users.id, who.userId));
  if (!row) return null;
  const { userId, merchantId, disabledAt, factorsResetAt, ...rest } = row;
  return {
    ...rest,
    userId: userId as UserId,
    merchantId: merchantId as MerchantId,
    disabled: disabledAt !== null,
    factorsReset: factorsResetAt !== null,
  };
}

/** The user has a factor again; false when nobody had reset them. */
export async function clearFactorsReset(tx: Transaction, userId: UserId): Promise<boolean> {
  const cleared = await tx
    .update(users)
    .set({ factorsResetAt: null })
    .where(and(eq(users.id, userId), isNotNull(users.factorsResetAt)))
    .returning({ id: users.id });
  return cleared.length === 1;
}
