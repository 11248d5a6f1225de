import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId, UserId } from "@/lib/ids/id";

export type FirstMerchant = Readonly<{
  id: MerchantId;
  name: string;
  country: string;
  timeZone: string;
  vaultMode: "keep" | "transient";
}>;

export type FirstOwner = Readonly<{ id: UserId; email: string; name: string; passwordHash: string }>;

type FirstFactors = Readonly<{
  /** Sealed. */
  totpSecret: string;
  /** The time step of the code that proved it. */
  firstStep: number;
  /** Selector → hash. */
  recoveryCodes: Readonly<Record<string, string>>;
}>;

export async function hasMerchant(db: Queryable): Promise<boolean> {
  return (await db.select({ id: merchants.id }).from(merchants).limit(1)).length === 1;
}

/**
 * Makes the first merchant with its owner and their factors; false when there is a merchant already. The database does it
 * under a lock, in a function that works once: the application's role can make a merchant in no other way.
 */
export async function createFirstMerchant(
  tx: Transaction,
  merchant: FirstMerchant,
  owner: FirstOwner,
  { totpSecret, firstStep, recoveryCodes }: FirstFactors,
): Promise<boolean> {
  const [row] = await tx.execute<{ created: boolean }>(sql`
    select create_first_merchant(${JSON.stringify(merchant)}::text::jsonb, ${JSON.stringify(owner)}::text::jsonb,
                                 ${totpSecret}, ${firstStep}::bigint, ${JSON.stringify(recoveryCodes)}::text::jsonb) as created`);
  if (!row) throw new Error("create_first_merchant answered no row");
  return row.created;
}
