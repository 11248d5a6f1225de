import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transact } from "@/db/transact";
import { SYSTEM_CHAIN } from "./chain";
import { tryLockSealer } from "./chain-store";
import { recordAudit } from "./record";
import { sealEntries } from "./seal-entries";
import { type ChainWorld, contextOf, createChainWorld, event } from "./testing/chain-world";
import { verifyChain } from "./verify-chain";

let world: ChainWorld;

beforeAll(async () => {
  world = await createChainWorld();
});
afterAll(() => world.close());

describe("the sealer", () => {
  it("puts every entry into its merchant's chain, and those of none into their own", async () => {
    const merchantId = await world.addMerchant();
    for (let index = 0; index < 5; index += 1) await world.record(index % 2 === 0 ? merchantId : null, index);
    await world.sealAll();
    expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 4 });
    expect((await verifyChain(world.client.db, SYSTEM_CHAIN)).kind).toBe("verified");
    const [left] = await world.owner.db.execute(sql`select count(*)::int as waiting from audit_queue`);
    expect(left).toEqual({ waiting: 0 });
  });

  it("many sealers at once and many writers leave whole chains, each entry in one of them once", async () => {
    const merchants = [await world.addMerchant(), await world.addMerchant()];
    let isWriting = true;
    const sealers = Array.from({ length: 4 }, async () => {
      while (isWriting) await sealEntries(world.client);
    });
    await Promise.all(Array.from({ length: 100 }, (_, index) => world.record(merchants[index % 2] ?? null, index)));
    isWriting = false;
    await Promise.all(sealers);
    await world.sealAll();
    for (const merchantId of merchants) {
      expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 51 });
    }
    const [counts] = await world.owner.db.execute(sql`
      select (select count(*) from audit_entries)::int as entries, (select count(*) from audit_chain)::int as links,
             (select count(distinct entry_id) from audit_chain)::int as sealed`);
    expect(counts).toMatchObject({ entries: counts?.links, sealed: counts?.links });
  });

  it("seals an entry that commits late after others that were written later", async () => {
    const merchantId = await world.addMerchant();
    const context = contextOf(merchantId);
    const wrote = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const late = transact(world.client, context, async (tx) => {
      await recordAudit(tx, context, event(1));
      wrote.resolve();
      await mayCommit.promise;
    });
    await wrote.promise;
    await world.record(merchantId, 2);
    await world.sealAll();
    expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 2 });
    mayCommit.resolve();
    await late;
    await world.sealAll();
    expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 3 });
    const order = await world.owner.db.execute<{ id: number }>(sql`
      select entry_id::int as id from audit_chain where chain = ${merchantId} order by sequence`);
    expect(order.map(({ id }) => id)).not.toEqual(order.map(({ id }) => id).toSorted((a, b) => a - b));
  });

  it("a seal that fails leaves the entries waiting, and none of them is lost", async () => {
    const merchantId = await world.chainOf(1);
    await world.record(merchantId, 1);
    await world.owner.db.execute(sql`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'disk full' using errcode = 'disk_full'; end $$`);
    await world.owner.db.execute(sql`create trigger refuse before insert on audit_chain
      for each row execute function refuse()`);
    await expect(sealEntries(world.client)).rejects.toThrow();
    await world.owner.db.execute(sql`drop function refuse() cascade`);
    await world.sealAll();
    expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 2 });
  });

  it("leaves the work to another sealer that is at it, and does not wait for it", async () => {
    const merchantId = await world.chainOf(1);
    await world.record(merchantId, 1);
    const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const other = transact(world.client, contextOf(null), async (tx) => {
      expect(await tryLockSealer(tx)).toBe(true);
      held.resolve();
      await letGo.promise;
    });
    await held.promise;
    expect(await sealEntries(world.client)).toBe(0);
    letGo.resolve();
    await other;
    expect(await sealEntries(world.client)).toBe(1);
  });

  it("an entry that waits to be sealed is no fault", async () => {
    const merchantId = await world.chainOf(2);
    await world.record(merchantId, 9);
    expect(await verifyChain(world.client.db, merchantId)).toEqual({ kind: "verified", entries: 2 });
  });
});
