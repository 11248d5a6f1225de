import { type SQL, sql } from "drizzle-orm";
import { type AuditContext, systemContext } from "@/db/audit-context";
import { type Transaction, transact } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";
import { createPaymentWorld } from "@/lib/payments/testing/payment-world";
import type { ChainVerdict } from "../audit-view";
import { recordAudit } from "../record";
import { sealEntries } from "../seal-entries";
import { verifyChain } from "../verify-chain";

export type ChainWorld = Awaited<ReturnType<typeof createChainWorld>>;

export const contextOf = (merchantId: MerchantId | null): AuditContext => ({
  actor: { type: "user", id: "usr_chain" },
  merchantId,
  ip: "192.0.2.1",
  userAgent: "Test/1.0",
  requestId: "req_chain",
});

export const event = (index: number) =>
  ({
    action: "test.happened",
    outcome: "success",
    resourceType: "test",
    resourceId: `thing-${index}`,
    details: { index, nested: { ключ: "значение", list: [1, "two", null] } },
  }) as const;

/** The entry at a place of the chain. */
export const at = (chain: string, sequence: number): SQL =>
  sql`(select entry_id from audit_chain where chain = ${chain} and sequence = ${sequence})`;

class Undo extends Error {}

/** A database to write trails in, to seal them and to tamper with them. */
export async function createChainWorld() {
  const world = await createPaymentWorld();

  const record = (merchantId: MerchantId | null, index: number): Promise<void> => {
    const context = contextOf(merchantId);
    return transact(world.client, context, (tx) => recordAudit(tx, context, event(index)));
  };
  const sealAll = async () => {
    while ((await sealEntries(world.client)) > 0);
  };
  return {
    ...world,
    record,
    sealAll,
    /** A merchant with so many sealed entries; the first is that of its own creation. */
    chainOf: async (count: number): Promise<MerchantId> => {
      const merchantId = await world.addMerchant();
      for (let index = 1; index < count; index += 1) await record(merchantId, index);
      await sealAll();
      return merchantId;
    },
    /** What verification says after the owner has tampered with the triggers out of the way; all is undone then. */
    afterTampering: async (chain: string, tamper: (tx: Transaction) => Promise<unknown>): Promise<ChainVerdict> => {
      let verdict: ChainVerdict | null = null;
      const undone = transact(world.owner, systemContext("tamperer"), async (tx) => {
        for (const table of ["audit_entries", "audit_chain"]) {
          await tx.execute(sql.raw(`alter table ${table} disable trigger user`));
        }
        await tamper(tx);
        verdict = await verifyChain(tx, chain);
        throw new Undo();
      });
      await undone.catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
      if (verdict === null) throw new Error("nothing was verified");
      return verdict;
    },
  };
}
