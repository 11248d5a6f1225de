import { eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { users } from "@/db/schema";
import type { MerchantId, UserId } from "@/lib/ids/id";

export type Account = Readonly<{ userId: UserId; merchantId: MerchantId; passwordHash: string; disabled: boolean }>;

/** The account of a normalised e-mail, or null. */
export async function findAccount(db: Queryable, email: string): Promise<Account | null> {
  const [row] = await db
    .select({
      userId: users.id,
      merchantId: users.merchantId,
      passwordHash: users.passwordHash,
      disabledAt: users.disabledAt,
    })
    .from(users)
    .where(eq(users.email, email));
  if (!row) return null;
  const { userId, merchantId, passwordHash, disabledAt } = row;
  return {
    userId: userId as UserId,
    merchantId: merchantId as MerchantId,
    passwordHash,
    disabled: disabledAt !== null,
  };
}
