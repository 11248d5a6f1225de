import { and, eq, isNull } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { recoveryCodes, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { hashRecoveryCodes } from "@/lib/auth/recovery-codes";

type Owner = Readonly<{ email: string; recoveryCodes: readonly string[] }>;

/**
 * Gives the demo's owner these codes, unless they had some before: those of a demo that somebody has used are its owner's
 * own, and whoever is locked out on purpose gets no way in.
 */
export async function giveRecoveryCodes(owner: DatabaseClient, { email, recoveryCodes: shown }: Owner): Promise<void> {
  const [without] = await owner.db
    .select({ userId: users.id })
    .from(users)
    .leftJoin(recoveryCodes, eq(recoveryCodes.userId, users.id))
    .where(and(eq(users.email, email), isNull(users.factorsResetAt), isNull(recoveryCodes.userId)));
  if (without === undefined) return;
  const codes = await hashRecoveryCodes(shown);
  await transact(owner, systemContext("seed"), (tx) =>
    tx.insert(recoveryCodes).values({ userId: without.userId, codes }).onConflictDoNothing(),
  );
}
