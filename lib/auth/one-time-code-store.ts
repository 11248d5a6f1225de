import { and, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { oneTimeCodes } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Mac } from "@/lib/crypto/mac";
import type { Id, UserId } from "@/lib/ids/id";

export type Channel = (typeof oneTimeCodes.$inferSelect)["channel"];

/** For whom, by which way and for what a code was sent. */
export type CodeAddress = Readonly<{ userId: UserId; channel: Channel; subject: string }>;

type NewCode = CodeAddress & Readonly<{ id: Id<"otc">; mac: Mac; ttlSeconds: number }>;

/** Stores a code by its MAC; the one sent before for the same thing is good no longer. */
export async function putOneTimeCode(tx: Transaction, { mac, ttlSeconds, ...code }: NewCode): Promise<void> {
  const fresh = {
    codeMac: mac.digest,
    kid: mac.kid,
    createdAt: sql`clock_timestamp()`,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${ttlSeconds}::int)`,
  };
  await tx
    .delete(oneTimeCodes)
    .where(and(eq(oneTimeCodes.userId, code.userId), lt(oneTimeCodes.expiresAt, sql`now()`)));
  await tx
    .insert(oneTimeCodes)
    .values({ ...code, ...fresh })
    .onConflictDoUpdate({
      target: [oneTimeCodes.subject, oneTimeCodes.channel],
      set: { id: code.id, userId: code.userId, ...fresh },
    });
}

function sentTo({ userId, channel, subject }: CodeAddress) {
  return and(
    eq(oneTimeCodes.subject, subject),
    eq(oneTimeCodes.channel, channel),
    eq(oneTimeCodes.userId, userId),
    sql`${oneTimeCodes.expiresAt} > clock_timestamp()`,
  );
}

/** The MAC of the code that is good at present, or null. */
export async function findCodeMac(db: Queryable, address: CodeAddress): Promise<Mac | null> {
  const [row] = await db
    .select({ kid: oneTimeCodes.kid, digest: oneTimeCodes.codeMac })
    .from(oneTimeCodes)
    .where(sentTo(address));
  return row ?? null;
}

/** Uses the code of that MAC up; false when it was used or replaced before. */
export async function takeCode(tx: Transaction, address: CodeAddress, { digest }: Mac): Promise<boolean> {
  const taken = await tx
    .delete(oneTimeCodes)
    .where(and(sentTo(address), eq(oneTimeCodes.codeMac, digest)))
    .returning({ id: oneTimeCodes.id });
  return taken.length === 1;
}
