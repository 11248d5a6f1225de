import { and, eq, isNull, sql } from "drizzle-orm";
import { merchants, passkeys, totpFactors, users } from "@/db/schema";
import { type Transaction, violatedConstraint } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId, UserId } from "@/lib/ids/id";

const LAST_ONE = "This is your last authenticator app or passkey. Add another one first, then remove this.";

/**
 * Call it after a strong factor was taken away, in the same transaction: throws unless the user still has one that the
 * merchant allows. The user's row is held from here on, so that of two removals at once the second sees the first's.
 */
export async function keepStrongFactor(tx: Transaction, userId: UserId): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
  const [merchant] = await tx
    .select({ allowed: merchants.allowedFactors })
    .from(merchants)
    .where(eq(merchants.id, sql`(select merchant_id from users where id = ${userId})`))
    .for("share");
  const [has] = await tx.execute<{ totp: boolean; passkey: boolean }>(sql`
    select exists (select from ${totpFactors} where user_id = ${userId}) as totp,
           exists (select from ${passkeys} where user_id = ${userId}) as passkey`);
  const left = (["totp", "passkey"] as const).some((factor) => merchant?.allowed.includes(factor) && has?.[factor]);
  if (!left) throw new AppError("invalid_state", LAST_ONE);
}

/** The database says the same at the end of the transaction; then this is what to show. */
export function explainStrongFactor(error: unknown): unknown {
  return violatedConstraint(error) === "strong_factor_stays" ? new AppError("invalid_state", LAST_ONE) : error;
}

/**
 * The merchant's people who could no longer sign in if only these strong factors counted, by name. Whoever has none at
 * all is being reset, and enrols one of the allowed.
 */
export async function peopleWithout(
  tx: Transaction,
  merchantId: MerchantId,
  allowed: readonly ("totp" | "passkey")[],
): Promise<string[]> {
  const hasTotp = sql`exists (select from ${totpFactors} where user_id = ${users.id})`;
  const hasPasskey = sql`exists (select from ${passkeys} where user_id = ${users.id})`;
  const kept = sql.join(
    [sql`false`, ...(allowed.includes("totp") ? [hasTotp] : []), ...(allowed.includes("passkey") ? [hasPasskey] : [])],
    sql` or `,
  );
  const rows = await tx
    .select({ name: users.name })
    .from(users)
    .where(
      and(
        eq(users.merchantId, merchantId),
        isNull(users.disabledAt),
        sql`(${hasTotp} or ${hasPasskey})`,
        sql`not (${kept})`,
      ),
    )
    .orderBy(users.name);
  return rows.map(({ name }) => name);
}
