import { and, asc, count, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, passkeys, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId, PasskeyId, UserId } from "@/lib/ids/id";

/** As its owner sees it. */
export type Passkey = Readonly<{
  id: PasskeyId;
  name: string;
  /** Kept in a cloud of the user's, and so on several devices. */
  synced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}>;

/** As browsers are told of it. */
export type CredentialHint = Readonly<{ id: string; transports: string[] }>;

/** What an answer is checked against. */
export type Credential = Readonly<{ id: PasskeyId; userId: UserId; publicKey: Uint8Array<ArrayBuffer> }>;

/** Whether the account behind a credential may use it at all. */
export type Holder = Readonly<{
  merchantId: MerchantId;
  disabled: boolean;
  /** An owner has reset the user's factors, and they have not been set up again. */
  factorsReset: boolean;
  /** The merchant's policy. */
  passkeysAllowed: boolean;
}>;

export type NewPasskey = Readonly<{
  id: PasskeyId;
  userId: UserId;
  name: string;
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  aaguid: string;
  backedUp: boolean;
}>;

export async function listPasskeys(db: Queryable, userId: UserId): Promise<Passkey[]> {
  const rows = await db
    .select({
      id: passkeys.id,
      name: passkeys.name,
      synced: passkeys.backedUp,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));
  return rows.map((row) => ({ ...row, id: row.id as PasskeyId }));
}

export function credentialHints(db: Queryable, userId: UserId): Promise<CredentialHint[]> {
  return db
    .select({ id: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId));
}

export type CredentialOwner = Readonly<{ id: UserId; merchantId: MerchantId; email: string; name: string }>;

/** Whose a credential says that it is. Nothing is proved by it. */
export async function findCredentialOwner(db: Queryable, credentialId: string): Promise<CredentialOwner | null> {
  const [row] = await db
    .select({ id: users.id, merchantId: users.merchantId, email: users.email, name: users.name })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(eq(passkeys.credentialId, credentialId));
  return row ? { ...row, id: row.id as UserId, merchantId: row.merchantId as MerchantId } : null;
}

/** The credential, held until the transaction ends: two answers of one authenticator come one after another. */
export async function lockCredential(tx: Transaction, credentialId: string): Promise<Credential | null> {
  const [row] = await tx
    .select({ id: passkeys.id, userId: passkeys.userId, publicKey: passkeys.publicKey })
    .from(passkeys)
    .where(eq(passkeys.credentialId, credentialId))
    .for("update");
  if (!row) return null;
  return { id: row.id as PasskeyId, userId: row.userId as UserId, publicKey: new Uint8Array(row.publicKey) };
}

/** Held as well: somebody who is being disabled or reset is either seen as such, or their new session is ended with the others. */
export async function lockHolder(tx: Transaction, userId: UserId): Promise<Holder | null> {
  const [row] = await tx
    .select({
      merchantId: users.merchantId,
      disabled: sql<boolean>`${users.disabledAt} is not null`,
      factorsReset: sql<boolean>`${users.factorsResetAt} is not null`,
      passkeysAllowed: sql<boolean>`'passkey' = any(${merchants.allowedFactors})`,
    })
    .from(users)
    .innerJoin(merchants, eq(merchants.id, users.merchantId))
    .where(eq(users.id, userId))
    .for("share", { of: users });
  return row ? { ...row, merchantId: row.merchantId as MerchantId } : null;
}

/**
 * Writes a use down; false when the signature counter has not grown, which is what a copied authenticator looks like
 * (WebAuthn 6.1.1). Authenticators that do not count say 0 for ever.
 */
export async function countUse(
  tx: Transaction,
  id: PasskeyId,
  { counter, backedUp }: Readonly<{ counter: number; backedUp: boolean }>,
): Promise<boolean> {
  const grown = counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter);
  const used = await tx
    .update(passkeys)
    .set({ counter, backedUp, lastUsedAt: sql`clock_timestamp()` })
    .where(and(eq(passkeys.id, id), grown))
    .returning({ id: passkeys.id });
  return used.length === 1;
}

/** Holds the user until the transaction ends, so that enrolments of one moment count each other. */
export async function lockAndCount(tx: Transaction, userId: UserId): Promise<number> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
  const [row] = await tx.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, userId));
  return row?.count ?? 0;
}

/** False when the credential is enrolled already, whoever has it. */
export async function insertPasskey(tx: Transaction, passkey: NewPasskey): Promise<boolean> {
  const inserted = await tx
    .insert(passkeys)
    .values({ ...passkey, createdAt: sql`clock_timestamp()` })
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning({ id: passkeys.id });
  return inserted.length === 1;
}

/** False when the user has no such passkey. */
export async function renamePasskey(tx: Transaction, userId: UserId, id: PasskeyId, name: string): Promise<boolean> {
  const renamed = await tx.update(passkeys).set({ name }).where(ownPasskey(userId, id)).returning({ id: passkeys.id });
  return renamed.length === 1;
}

export async function findPasskeyName(db: Queryable, userId: UserId, id: PasskeyId): Promise<string | null> {
  const [row] = await db.select({ name: passkeys.name }).from(passkeys).where(ownPasskey(userId, id));
  return row?.name ?? null;
}

/** False when the user has no such passkey. */
export async function deletePasskey(tx: Transaction, userId: UserId, id: PasskeyId): Promise<boolean> {
  const deleted = await tx.delete(passkeys).where(ownPasskey(userId, id)).returning({ id: passkeys.id });
  return deleted.length === 1;
}

function ownPasskey(userId: UserId, id: PasskeyId) {
  return and(eq(passkeys.id, id), eq(passkeys.userId, userId));
}
