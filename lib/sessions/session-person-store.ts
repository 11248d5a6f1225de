import { and, eq, isNull } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, users } from "@/db/schema";
import type { MerchantId, UserId } from "@/lib/ids/id";
import type { CurrentSession } from "./session-store";

/** Whom a session stands for, as they are now; null for a user who is disabled, or of another merchant. */
export async function findSessionPerson(
  db: Queryable,
  userId: UserId,
  merchantId: MerchantId,
): Promise<Pick<CurrentSession, "user" | "merchant"> | null> {
  const [row] = await db
    .select({
      email: users.email,
      userName: users.name,
      role: users.role,
      merchantName: merchants.name,
      timeZone: merchants.timeZone,
      country: merchants.country,
      ipPolicy: merchants.ipPolicy,
    })
    .from(users)
    .innerJoin(merchants, eq(merchants.id, users.merchantId))
    .where(and(eq(users.id, userId), eq(merchants.id, merchantId), isNull(users.disabledAt)));
  if (!row) return null;
  const { email, userName, role, merchantName, ...merchant } = row;
  return {
    user: { id: userId, email, name: userName, role },
    merchant: { id: merchantId, name: merchantName, ...merchant },
  };
}
