import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { outgoingMessages } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Channel } from "./outgoing-message";

type NewMessage = Pick<typeof outgoingMessages.$inferInsert, "id" | "merchantId" | "channel" | "kind"> &
  Readonly<{ sealed: string; expiresInSeconds: number }>;

/** Due at once. */
export async function insertMessage(tx: Transaction, { expiresInSeconds, ...message }: NewMessage): Promise<void> {
  await tx.insert(outgoingMessages).values({
    ...message,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${expiresInSeconds}::int)`,
  });
}

export type ClaimedMessage = Readonly<{
  id: string;
  merchantId: string;
  channel: Channel;
  kind: string;
  /** Null when it expired before it could be sent: then it has been given up, and what it said is gone. */
  sealed: string | null;
  /** This one included. It is also the fence: a claim that a later one has overtaken decides nothing. */
  attempts: number;
}>;

/**
 * Takes due messages for `leaseSeconds`: nobody else has them meanwhile, and when their taker dies they are due again.
 * Servers side by side take different rows and do not wait for each other.
 */
export async function claimDue(
  tx: Transaction,
  { channels, limit, leaseSeconds }: { channels: readonly Channel[]; limit: number; leaseSeconds: number },
): Promise<ClaimedMessage[]> {
  const expired = sql`m.expires_at <= clock_timestamp()`;
  // Materialised, so that the rows are chosen once: joined in place, the limit could be applied more than once.
  const rows = await tx.execute(sql`
    with due as materialized (
      select id from ${outgoingMessages} d
       where d.sent_at is null and d.failed_at is null and d.next_attempt_at <= clock_timestamp()
         and (d.channel = any (string_to_array(${channels.join(" ")}, ' ')) or d.expires_at <= clock_timestamp())
       order by d.next_attempt_at limit ${limit} for update skip locked)
    update ${outgoingMessages} m
       set attempts = m.attempts + case when ${expired} then 0 else 1 end,
           next_attempt_at = clock_timestamp() + make_interval(secs => ${leaseSeconds}::int),
           failed_at = case when ${expired} then clock_timestamp() end,
           sealed = case when not ${expired} then m.sealed end
      from due where m.id = due.id
    returning m.id, m.merchant_id as "merchantId", m.channel, m.kind, m.sealed, m.attempts`);
  return claimed.array().parse(rows);
}

const claimed = z.object({
  id: z.string(),
  merchantId: z.string(),
  channel: z.enum(["email", "sms"]),
  kind: z.string(),
  sealed: z.string().nullable(),
  attempts: z.number(),
});

type Claim = Pick<ClaimedMessage, "id" | "attempts">;

const stillOurs = ({ id, attempts }: Claim) =>
  and(
    eq(outgoingMessages.id, id),
    eq(outgoingMessages.attempts, attempts),
    isNull(outgoingMessages.sentAt),
    isNull(outgoingMessages.failedAt),
  );

/** Sent, or given up: what it said is gone either way. */
export async function closeMessage(tx: Transaction, claim: Claim, end: "sent" | "failed"): Promise<void> {
  const at = sql`clock_timestamp()`;
  await tx
    .update(outgoingMessages)
    .set({ sealed: null, ...(end === "sent" ? { sentAt: at } : { failedAt: at }) })
    .where(stillOurs(claim));
}

/** Due again in a while; at the latest when it expires, so that it is then given up. */
export async function postponeMessage(tx: Transaction, claim: Claim, seconds: number): Promise<void> {
  const later = sql`clock_timestamp() + make_interval(secs => ${seconds}::int)`;
  await tx
    .update(outgoingMessages)
    .set({ nextAttemptAt: sql`least(${later}, ${outgoingMessages.expiresAt})` })
    .where(stillOurs(claim));
}
