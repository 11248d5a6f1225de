import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { emailFactors, merchants, passkeys, phoneFactors, recoveryCodes, totpFactors, users } from "@/db/schema";
import type { MerchantId, UserId } from "@/lib/ids/id";

/** The second factors that a merchant may allow or forbid its people. */
export type Factor = (typeof merchants.$inferSelect)["allowedFactors"][number];

/** Everything that a user can prove who they are with, and what their merchant lets them. */
export type FactorRow = Readonly<{
  merchantId: MerchantId;
  email: string;
  totp: boolean;
  passkeys: number;
  /** The sealed number. */
  phone: string | null;
  emailCodes: boolean;
  recoveryCodesLeft: number;
  allowed: readonly Factor[];
  /** All factors are lost and not yet replaced: nobody signs in as this user. */
  reset: boolean;
}>;

/** One round trip. Null for a user that there is not. */
export async function findFactorRow(db: Queryable, userId: UserId): Promise<FactorRow | null> {
  const [row] = await db.execute<FactorRow>(sql`
    select u.merchant_id as "merchantId", u.email,
           exists (select from ${totpFactors} where user_id = u.id) as "totp",
           (select count(*)::int from ${passkeys} where user_id = u.id) as "passkeys",
           (select phone from ${phoneFactors} where user_id = u.id) as "phone",
           exists (select from ${emailFactors} where user_id = u.id) as "emailCodes",
           coalesce((select count(*)::int from ${recoveryCodes} r, jsonb_object_keys(r.codes) where r.user_id = u.id), 0)
             as "recoveryCodesLeft",
           to_jsonb(m.allowed_factors) as "allowed",
           u.factors_reset_at is not null as "reset"
      from ${users} u join ${merchants} m on m.id = u.merchant_id
     where u.id = ${userId}`);
  return row ?? null;
}
