import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { merchants } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";

/** Where a change comes from, and when. */
export type NoticeFacts = Readonly<{ at: Date; timeZone: string; ip: string | null; userAgent: string | null }>;

const origin = z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() });

/** From the transaction itself: its context names who acts, so that no caller tells a notice another story. */
export async function findNoticeFacts(tx: Transaction, merchantId: MerchantId): Promise<NoticeFacts> {
  const [row] = await tx
    .select({
      at: sql<number>`extract(epoch from clock_timestamp())::float8`,
      timeZone: merchants.timeZone,
      context: sql<unknown>`audit_context()`,
    })
    .from(merchants)
    .where(eq(merchants.id, merchantId));
  if (!row) throw new Error("a notice is for a merchant that does not exist");
  return { at: new Date(row.at * 1000), timeZone: row.timeZone, ...origin.parse(row.context) };
}
