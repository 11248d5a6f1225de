import { and, asc, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import {
  emailFactors,
  factorEnrolments,
  oneTimeCodes,
  passkeys,
  phoneFactors,
  recoveryCodes,
  signInChallenges,
  totpFactors,
  users,
} from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { forgetDevices } from "@/lib/auth/device-store";
import type { Role } from "@/lib/auth/role";
import { deleteUnusedLinks } from "@/lib/email-links/email-link-store";
import type { MerchantId, UserId } from "@/lib/ids/id";

export type Member = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  name: string;
  email: string;
  role: Role;
  disabled: boolean;
  /** Their factors were reset, and they have not yet enrolled a new one. */
  factorsReset: boolean;
}>;

const columns = {
  userId: users.id,
  merchantId: users.merchantId,
  name: users.name,
  email: users.email,
  role: users.role,
  disabledAt: users.disabledAt,
  factorsResetAt: users.factorsResetAt,
};

type Row = Readonly<{
  userId: string;
  merchantId: string;
  name: string;
  email: string;
  role: Role;
  disabledAt: Date | null;
  factorsResetAt: Date | null;
}>;

function toMember({ userId, merchantId, disabledAt, factorsResetAt, ...shown }: Row): Member {
  return {
    ...shown,
    userId: userId as UserId,
    merchantId: merchantId as MerchantId,
    disabled: disabledAt !== null,
    factorsReset: factorsResetAt !== null,
  };
}

/** The people of a merchant, by name. */
export async function listMembers(db: Queryable, merchantId: MerchantId): Promise<Member[]> {
  const rows = await db
    .select(columns)
    .from(users)
    .where(eq(users.merchantId, merchantId))
    .orderBy(asc(users.name), asc(users.id));
  return rows.map(toMember);
}

/** One of a merchant's people, held until the transaction ends; null for anybody else, as for nobody. */
export async function lockMember(tx: Transaction, merchantId: MerchantId, userId: UserId): Promise<Member | null> {
  const [row] = await tx
    .select(columns)
    .from(users)
    .where(and(eq(users.id, userId), eq(users.merchantId, merchantId)))
    .for("no key update");
  return row ? toMember(row) : null;
}

/** E-mail addresses of the merchant's owners but one person. */
export async function otherOwners(tx: Transaction, merchantId: MerchantId, but: UserId): Promise<string[]> {
  const rows = await tx
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.merchantId, merchantId), eq(users.role, "owner"), ne(users.id, but), isNull(users.disabledAt)));
  return rows.map(({ email }) => email);
}

/** E-mail addresses of a merchant's people in these roles. */
export async function emailsOf(tx: Transaction, merchantId: MerchantId, roles: readonly Role[]): Promise<string[]> {
  const rows = await tx
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.merchantId, merchantId), inArray(users.role, [...roles]), isNull(users.disabledAt)));
  return rows.map(({ email }) => email);
}

/**
 * Takes away all that a user signs in with but the password, and what is under way. The mark comes first: with it the
 * database lets the last strong factor go, and nobody signs in.
 */
export async function removeEveryFactor(tx: Transaction, userId: UserId): Promise<void> {
  await tx.update(users).set({ factorsResetAt: sql`clock_timestamp()` }).where(eq(users.id, userId));
  const tables = [
    signInChallenges,
    oneTimeCodes,
    factorEnrolments,
    totpFactors,
    passkeys,
    phoneFactors,
    emailFactors,
    recoveryCodes,
  ] as const;
  for (const table of tables) await tx.delete(table).where(eq(table.userId, userId));
  // Whoever signs in again does so from a new device: it is told.
  await forgetDevices(tx, userId);
  // Whoever reads the mailbox may have asked for one; with the new factors it would be good again.
  await deleteUnusedLinks(tx, userId, "reset_password");
}
