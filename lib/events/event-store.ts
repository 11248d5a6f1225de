import { events } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { type MerchantId, newId } from "@/lib/ids/id";

export type EventType = (typeof events.$inferInsert)["type"];

/** `data` is the object as the API shows it; of an erased customer the id alone. */
export type NewEvent = Readonly<{
  scope: Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;
  type: EventType;
  resourceId: string;
  data: Readonly<Record<string, unknown>>;
}>;

/** Tells of something in the transaction in which it happens: it is told exactly if it happened. */
export async function insertEvent(tx: Transaction, { scope, ...event }: NewEvent): Promise<void> {
  const { merchantId, mode } = scope;
  await tx.insert(events).values({ id: newId("evt"), merchantId, mode, ...event });
}
