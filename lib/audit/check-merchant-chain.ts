import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";
import type { ChainVerdict } from "./audit-view";
import { recordAudit } from "./record";
import { sealEntries } from "./seal-entries";
import { verifyChain } from "./verify-chain";

/** Seals what waits, verifies the merchant's chain, and records that somebody did and what came out. */
export async function checkMerchantChain(
  client: DatabaseClient,
  context: AuditContext,
  merchantId: MerchantId,
): Promise<ChainVerdict> {
  await sealEntries(client);
  const verdict = await verifyChain(client.db, merchantId);
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "audit.verified",
      outcome: "success",
      resourceType: "audit",
      resourceId: merchantId,
      details: verdict,
    }),
  );
  return verdict;
}
