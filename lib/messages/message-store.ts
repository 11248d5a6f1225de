import { sql } from "drizzle-orm";
import { outgoingMessages } from "@/db/schema";
import type { Transaction } from "@/db/transact";

type NewMessage = Pick<typeof outgoingMessages.$inferInsert, "id" | "merchantId" | "channel" | "kind"> &
  Readonly<{ sealed: string; expiresInSeconds: number }>;

/** Due at once. */
export async function insertMessage(tx: Transaction, { expiresInSeconds, ...message }: NewMessage): Promise<void> {
  await tx.insert(outgoingMessages).values({
    ...message,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${expiresInSeconds}::int)`,
  });
}
