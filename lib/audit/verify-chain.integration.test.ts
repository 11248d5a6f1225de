import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MerchantId } from "@/lib/ids/id";
import { chainHash } from "./chain";
import { readLinks } from "./chain-store";
import { at, type ChainWorld, createChainWorld } from "./testing/chain-world";
import { verifyAllChains } from "./verify-chain";

let world: ChainWorld;

beforeAll(async () => {
  world = await createChainWorld();
});
afterAll(() => world.close());

describe("audit.tamper-evident: the attack is the database's owner, with the triggers disabled", () => {
  let chain: MerchantId;
  beforeAll(async () => {
    chain = await world.chainOf(8);
  });

  it("the untouched chain verifies, also with the triggers disabled", async () => {
    expect(await world.afterTampering(chain, async () => undefined)).toEqual({ kind: "verified", entries: 8 });
  });

  it("an edited entry is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`update audit_entries set actor_id = 'usr_innocent' where id = ${at(chain, 4)}`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 4, reason: "the entry is not what was sealed here" });
    expect(verdict).toHaveProperty("entryId", expect.stringMatching(/^\d+$/));
  });

  it("an edited entry whose own hash was made anew is given away by the one after it", async () => {
    const verdict = await world.afterTampering(chain, async (tx) => {
      await tx.execute(sql`update audit_entries set actor_id = 'usr_innocent' where id = ${at(chain, 4)}`);
      const [before, edited] = await readLinks(tx, chain, 2, 2);
      if (!before || !edited?.entry) throw new Error("the chain is too short");
      const hash = chainHash(before.hash, chain, 4, edited.entry);
      await tx.execute(sql`update audit_chain set hash = ${hash} where chain = ${chain} and sequence = 4`);
    });
    expect(verdict).toMatchObject({ kind: "broken", sequence: 5 });
  });

  it("of two edited entries the first is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`update audit_entries set ip = null where id in (${at(chain, 7)}, ${at(chain, 3)})`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 3 });
  });

  it("a removed entry is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`delete from audit_entries where id = ${at(chain, 5)}`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 5, reason: "the entry was removed" });
  });

  it("two entries whose contents were swapped are named at the first", async () => {
    const verdict = await world.afterTampering(chain, async (tx) => {
      const [two, six] = [at(chain, 2), at(chain, 6)];
      await tx.execute(sql`update audit_entries a set resource_id = b.resource_id, new_values = b.new_values,
        created_at = b.created_at from audit_entries b
        where (a.id, b.id) in ((${two}, ${six}), (${six}, ${two}))`);
    });
    expect(verdict).toMatchObject({ kind: "broken", sequence: 2 });
  });

  it("no link can be put before the first, where nobody would read it", async () => {
    const hiding = world.afterTampering(chain, (tx) =>
      tx.execute(sql`update audit_chain set sequence = -5 where chain = ${chain} and sequence = 3`),
    );
    await expect(hiding).rejects.toThrow();
  });

  it("two links that were swapped are named at the first", async () => {
    const verdict = await world.afterTampering(chain, async (tx) => {
      for (const [from, to] of [
        [3, 999],
        [4, 3],
        [999, 4],
      ]) {
        await tx.execute(
          sql`update audit_chain set sequence = ${to}::int where chain = ${chain} and sequence = ${from}::int`,
        );
      }
    });
    expect(verdict).toMatchObject({ kind: "broken", sequence: 3 });
  });

  it("an entry that was put in past the chain is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`insert into audit_entries (merchant_id, action, resource_type, actor_type)
        values (${chain}, 'payment.refunded', 'payment', 'user')`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 9, reason: "an entry was put in past the chain" });
  });

  it("an entry that was put in with a link of its own is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`with made as (insert into audit_entries (merchant_id, action, resource_type, actor_type)
          values (${chain}, 'payment.refunded', 'payment', 'user') returning id)
        insert into audit_chain (chain, sequence, entry_id, hash) select ${chain}, 9, id, sha256('guess') from made`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 9 });
  });

  it("an entry that waited to be sealed and was removed is named", async () => {
    await world.record(chain, 99);
    let verdicts: Awaited<ReturnType<typeof verifyAllChains>> = [];
    await world.afterTampering(chain, async (tx) => {
      await tx.execute(sql`delete from audit_entries where id = (select max(entry_id) from audit_queue)`);
      verdicts = await verifyAllChains(tx);
    });
    const broken = verdicts.filter(({ verdict }) => verdict.kind === "broken");
    expect(broken).toMatchObject([
      { chain: "queue", verdict: { reason: "the entry was removed before it was sealed" } },
    ]);
    await world.sealAll();
  });

  it("a link before the first one, which nobody would read, cannot hide an entry", async () => {
    const verdict = await world.afterTampering(chain, async (tx) => {
      await tx.execute(sql`alter table audit_chain drop constraint audit_chain_sequence`);
      await tx.execute(sql`with made as (insert into audit_entries (merchant_id, action, resource_type, actor_type)
          values (${chain}, 'payment.refunded', 'payment', 'user') returning id)
        insert into audit_chain (chain, sequence, entry_id, hash) select ${chain}, 0, id, sha256('guess') from made`);
    });
    expect(verdict).toMatchObject({ kind: "broken", reason: "an entry was put in past the chain" });
  });

  it("a removed link is named", async () => {
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`delete from audit_chain where chain = ${chain} and sequence = 4`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 4, reason: "a link of the chain is missing" });
  });

  it("a chain that was cut short is named where it ends, and one that was cut to nothing at its start", async () => {
    const cut = (after: number) =>
      world.afterTampering(chain, (tx) =>
        tx.execute(sql`delete from audit_chain where chain = ${chain} and sequence > ${after}`),
      );
    expect(await cut(6)).toMatchObject({ kind: "broken", sequence: 7 });
    expect(await cut(0)).toMatchObject({ kind: "broken", sequence: 1 });
  });

  it("an entry that was moved to another merchant is named", async () => {
    const other = await world.chainOf(2);
    const verdict = await world.afterTampering(chain, (tx) =>
      tx.execute(sql`update audit_entries set merchant_id = ${other} where id = ${at(chain, 4)}`),
    );
    expect(verdict).toMatchObject({ kind: "broken", sequence: 4 });
  });

  it("verifying all chains names the broken one and clears the others", async () => {
    const healthy = await world.chainOf(2);
    let verdicts: Awaited<ReturnType<typeof verifyAllChains>> = [];
    await world.afterTampering(chain, async (tx) => {
      await tx.execute(sql`update audit_entries set action = 'x' where id = ${at(chain, 1)}`);
      verdicts = await verifyAllChains(tx);
    });
    const broken = verdicts.filter(({ verdict }) => verdict.kind === "broken");
    expect(broken).toEqual([{ chain, verdict: expect.objectContaining({ sequence: 1 }) }]);
    expect(verdicts.map((each) => each.chain)).toContain(healthy);
  });
});

/** Changes a text in one place; of nothing it makes something, and of something nothing. */
const TEXT_CHANGES = [
  (
    column: string,
  ) => `coalesce(overlay(${column} placing chr(ascii(substr(${column}, least(length(${column}), $at), 1)) + 1)
                       from least(length(${column}), $at) for 1), 'x')`,
  (column: string) => `case when ${column} is null then '' end`,
  (column: string) => `coalesce(${column} || ' ', ' ')`,
];
const JSON_CHANGES = [
  (column: string) => `case when ${column} is null then '{}'::jsonb end`,
  (column: string) => `coalesce(${column}, '{}') || '{"added": 1}'`,
  (column: string) => `coalesce(jsonb_set(${column}, '{nested,list,1}', '"tw0"'), 'null')`,
];
const CHANGES: Readonly<Record<string, readonly ((column: string) => string)[]>> = {
  merchant_id: TEXT_CHANGES.slice(0, 1),
  action: [...TEXT_CHANGES.slice(0, 1), ...TEXT_CHANGES.slice(2)],
  outcome: [(column) => `case ${column} when 'success' then 'denied' else 'success' end`],
  resource_type: TEXT_CHANGES.slice(0, 1),
  resource_id: TEXT_CHANGES,
  old_values: JSON_CHANGES.slice(0, 2),
  new_values: JSON_CHANGES,
  actor_type: [(column) => `case ${column} when 'user' then 'system' else 'user' end`],
  actor_id: TEXT_CHANGES,
  ip: TEXT_CHANGES,
  user_agent: TEXT_CHANGES,
  request_id: TEXT_CHANGES,
  created_at: [(column) => `${column} + interval '1 millisecond'`, (column) => `${column} - interval '1 day'`],
};

describe("audit.every-column: the attack is to change the one column that the hash leaves out", () => {
  it("knows every column of an entry", async () => {
    const columns = await world.owner.db.execute<{ name: string }>(sql`
      select column_name as name from information_schema.columns where table_name = 'audit_entries'`);
    expect(columns.map(({ name }) => name).toSorted()).toEqual(["id", ...Object.keys(CHANGES)].toSorted());
  });

  it("any change of any column of any entry is found, and named", { timeout: 60_000 }, async () => {
    const length = 6;
    const chain = await world.chainOf(length);
    const tampering = fc.record({
      column: fc.constantFrom(...Object.keys(CHANGES)),
      sequence: fc.integer({ min: 2, max: length }),
      choice: fc.nat(),
      place: fc.integer({ min: 1, max: 12 }),
    });
    const property = fc.asyncProperty(tampering, async ({ column, sequence, choice, place }) => {
      const changes = CHANGES[column] ?? [];
      const expression = changes[choice % changes.length]?.(column).replaceAll("$at", String(place)) ?? "";
      const verdict = await world.afterTampering(chain, async (tx) => {
        const changed = await tx.execute(sql`update audit_entries set ${sql.raw(column)} = ${sql.raw(expression)}
          where id = ${at(chain, sequence)} and ${sql.raw(column)} is distinct from ${sql.raw(expression)} returning id`);
        expect(changed).toHaveLength(1);
      });
      expect(verdict).toMatchObject({ kind: "broken", sequence });
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it("any changed bit of a link's hash is found, and so is a hash of another length", async () => {
    const chain = await world.chainOf(4);
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 255 }), async (sequence, bit) => {
      const verdict = await world.afterTampering(chain, (tx) =>
        tx.execute(sql`update audit_chain set hash = set_bit(hash, ${bit}::bigint, 1 - get_bit(hash, ${bit}::bigint))
          where chain = ${chain} and sequence = ${sequence}`),
      );
      expect(verdict).toMatchObject({ kind: "broken", sequence });
    });
    await fc.assert(property, { numRuns: 40 });
    for (const hash of [sql`''::bytea`, sql`hash || '\\x00'::bytea`, sql`substr(hash, 1, 31)`]) {
      const verdict = await world.afterTampering(chain, (tx) =>
        tx.execute(sql`update audit_chain set hash = ${hash} where chain = ${chain} and sequence = 2`),
      );
      expect(verdict).toMatchObject({ kind: "broken", sequence: 2 });
    }
  });

  it("an entry that was given another number is found", async () => {
    const chain = await world.chainOf(4);
    const verdict = await world.afterTampering(chain, async (tx) => {
      await tx.execute(sql`alter table audit_entries alter column id set generated by default`);
      await tx.execute(sql`update audit_entries set id = 999999999 where id = ${at(chain, 3)}`);
      await tx.execute(sql`update audit_chain set entry_id = 999999999 where chain = ${chain} and sequence = 3`);
    });
    expect(verdict).toMatchObject({ kind: "broken", sequence: 3 });
  });
});
