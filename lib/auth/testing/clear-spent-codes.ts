import { eq } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { totpFactors } from "@/db/schema";
import { transact } from "@/db/transact";
import type { UserId } from "@/lib/ids/id";

/** Lets the code of this moment be used again: the next one would be half a minute away. */
export async function clearSpentCodes(owner: DatabaseClient, userId: UserId): Promise<void> {
  await transact(owner, systemContext("test"), async (tx) => {
    await tx.update(totpFactors).set({ lastStep: 0 }).where(eq(totpFactors.userId, userId));
  });
}
