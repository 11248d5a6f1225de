import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { connect, type DatabaseClient } from "@/db/client";
import { auditEntries, cards, customers, dataKeys } from "@/db/schema";
import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createCustomer } from "@/lib/customers/create-customer";
import { findCustomer } from "@/lib/customers/customer-store";
import { type CardId, type CustomerId, type MerchantId, newId } from "@/lib/ids/id";
import { openLiveKeyRing } from "@/lib/keys/live-key-ring";
import { rewrapDataKeys } from "@/lib/keys/rewrap-data-keys";
import { withKeys } from "@/lib/keys/with-keys";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { createPaymentWorld, type PaymentWorld, TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { parseCardNumber } from "./card-number";
import { openCardNumber, sealCardNumber } from "./card-number-seal";
import { findSealedNumber } from "./card-store";
import { rotateKeys } from "./rotate-keys";
import { tokenizeCard } from "./tokenize-card";

let world: PaymentWorld;
let merchantId: MerchantId;
const servers: DatabaseClient[] = [];

beforeEach(async () => {
  world = await createPaymentWorld();
  merchantId = await world.addMerchant();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((client) => client.close()));
  await world.close();
});

const NEW_MASTER_KEY = `new:${randomBytes(32).toString("base64")}`;

const scope = () => ({ merchantId, mode: "test" }) as const;

/** A server: a pool and a ring of its own, which nobody tells of new keys. */
async function startServer(masterKeys = TEST_MASTER_KEY) {
  const client = connect(world.database.appUrl, { poolSize: 8, statementTimeoutMs: 10_000 });
  servers.push(client);
  const ring = await openLiveKeyRing(client, masterKeys);
  return {
    ring,
    addCard: async (text: string): Promise<CardId> => {
      const parsed = parseCardNumber(text);
      if (!parsed.ok) throw new Error("not a card number");
      const card = { scope: scope(), number: parsed.number, expMonth: 1, expYear: 2041, customerId: null };
      return idIn((await tokenizeCard({ client, ring }, contextOf(merchantId), null, card)).body);
    },
    addCustomer: async (name: string): Promise<CustomerId> => {
      const details = { name, email: "a@example.com", phone: null, taxId: null, metadata: {} };
      return idIn((await createCustomer({ client, ring }, contextOf(merchantId), null, scope(), details)).body);
    },
    readCard: async (id: CardId) => {
      const sealed = await findSealedNumber(client.db, scope(), id);
      return sealed && withKeys(ring, () => openCardNumber(ring, merchantId, id, sealed));
    },
    readName: async (id: CustomerId) => (await findCustomer(client.db, ring, scope(), id))?.customer.name,
  };
}

const idIn = <T>(body: string) => (JSON.parse(body) as { id: T }).id;
const rotate = (options: Parameters<typeof rotateKeys>[2] = {}) =>
  rotateKeys(world.client, TEST_MASTER_KEY, { knownAfterMs: 50, ...options });
const keyIds = async (purpose: string) =>
  (await world.owner.db.select().from(dataKeys).where(eq(dataKeys.purpose, purpose))).map(({ kid }) => kid);
const keysOfCards = async () =>
  (await world.owner.db.selectDistinct({ keyId: cards.keyId }).from(cards)).map(({ keyId }) => keyId);

/** A Luhn-valid number for each index. */
function numberOf(index: number): string {
  const digits = `4${String(index).padStart(14, "0")}`;
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const weighted = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** Many cards at once, as one statement. */
async function fill(count: number, ring: KeyRing): Promise<CardId[]> {
  const rows = Array.from({ length: count }, (_, index) => {
    const parsed = parseCardNumber(numberOf(index));
    if (!parsed.ok) throw new Error("not a card number");
    const id = newId("tok");
    return { id, number: sealCardNumber(ring, merchantId, id, parsed.number), fingerprint: id };
  });
  await world.tamper(sql`
    insert into cards (id, merchant_id, mode, number, fingerprint, brand, last_four, exp_month, exp_year)
    select id, ${merchantId}, 'test', number, fingerprint::bytea, 'visa', '0000', 1, 2041
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as v(id text, number text, fingerprint text)`);
  return rows.map(({ id }) => id);
}

describe("rotation", () => {
  it("seals everything under a new key, retires the old one, and leaves every value as it was", async () => {
    const server = await startServer();
    const [card, customer] = [await server.addCard("4242424242424242"), await server.addCustomer("Ada")];
    const [oldCardKey, oldCustomerKey] = [await keyIds("card-number"), await keyIds("customer-key")];
    const progress: unknown[] = [];
    const reports = await rotate({ onProgress: (step) => progress.push(step) });
    expect(reports).toMatchObject([
      { purpose: "card-number", resealed: 1, retired: oldCardKey, kept: [], unreadable: [], resumed: false },
      { purpose: "customer-key", resealed: 1, retired: oldCustomerKey, kept: [], unreadable: [], resumed: false },
    ]);
    expect(progress).toEqual([
      { purpose: "card-number", done: 1, total: 1 },
      { purpose: "customer-key", done: 1, total: 1 },
    ]);
    expect(await keyIds("card-number")).toEqual([reports[0]?.keyId]);
    expect(await keysOfCards()).toEqual([reports[0]?.keyId]);
    const [row] = await world.owner.db.select().from(customers);
    expect(row?.keyId).toBe(reports[1]?.keyId);
    // The server was told nothing.
    expect(await server.readCard(card)).toBe("4242424242424242");
    expect(await server.readName(customer)).toBe("Ada");
    // And writes with the new key from its first attempt on that the database refuses.
    expect(await server.readCard(await server.addCard("5555555555554444"))).toBe("5555555555554444");
    expect(await keysOfCards()).toEqual([reports[0]?.keyId]);
  });

  it("leaves no entry a row in the trail, but one a batch", async () => {
    await fill(25, world.ring);
    const count = () => world.owner.db.$count(auditEntries, eq(auditEntries.resourceType, "card"));
    const before = await count();
    await rotate({ batch: 10 });
    expect(await count()).toBe(before);
    const noted = world.owner.db.select().from(auditEntries).where(eq(auditEntries.action, "vault.resealed"));
    expect((await noted).map(({ newValues }) => newValues?.values)).toEqual([10, 10, 5]);
  });

  it("rotation.under-load: two servers write and read throughout, and no read is ever wrong", {
    timeout: 120_000,
  }, async () => {
    const expected = new Map<CardId, string>();
    const names = new Map<CustomerId, string>();
    const pair = [await startServer(), await startServer()] as const;
    let [reads, isOver] = [0, false];
    const write = async (server: (typeof pair)[number], from: number) => {
      for (let index = from; !isOver; index += 2) {
        const number = numberOf(index);
        expected.set(await server.addCard(number), number);
        names.set(await server.addCustomer(`Customer ${index}`), `Customer ${index}`);
      }
    };
    const read = async (server: (typeof pair)[number]) => {
      while (!isOver) {
        for (const [id, number] of [...expected].slice(-20)) expect(await server.readCard(id)).toBe(number);
        for (const [id, name] of [...names].slice(-20)) expect(await server.readName(id)).toBe(name);
        reads += 1;
        await sleep(1);
      }
    };
    await fill(500, world.ring);
    const load = [write(pair[0], 0), write(pair[1], 1), read(pair[0]), read(pair[1])];
    for (let round = 0; round < 3; round += 1) {
      const reports = await rotate({ batch: 50 });
      expect(reports.flatMap(({ kept, unreadable }) => [...kept, ...unreadable])).toEqual([]);
    }
    isOver = true;
    await Promise.all(load);
    expect(reads).toBeGreaterThan(3);
    expect(expected.size).toBeGreaterThan(20);
    for (const [id, number] of expected) expect(await pair[1].readCard(id)).toBe(number);
    for (const [id, name] of names) expect(await pair[0].readName(id)).toBe(name);
    expect(await keyIds("card-number")).toEqual(await keysOfCards());
  });

  it("two runs at the same moment do it once between them", async () => {
    await fill(300, world.ring);
    const runs = await Promise.all([rotate({ batch: 20 }), rotate({ batch: 20 })]);
    const [one, two] = runs.map(([report]) => report);
    expect(one?.keyId).toBe(two?.keyId);
    expect((one?.resealed ?? 0) + (two?.resealed ?? 0)).toBe(300);
    expect(await keyIds("card-number")).toEqual([one?.keyId]);
  });
});

describe("rotation.resumable", () => {
  // A process of its own, and thousands of rows, so that it is killed on its way: `npm run test:full`.
  const killed = inject("isFull") ? [6000] : [];
  it.each(killed)(
    "killed by kill -9 while it seals, under a new master key: the next run goes on with the same key, and only with what is left",
    {
      timeout: 120_000,
    },
    async (count) => {
      const ids = await fill(count, world.ring);
      const both = `${NEW_MASTER_KEY},${TEST_MASTER_KEY}`;
      const child = spawn(process.execPath, ["--import", "tsx", "scripts/rotate-keys.ts"], {
        env: { NODE_ENV: "test", DATABASE_URL: world.database.appUrl, MASTER_KEY: both },
        stdio: "ignore",
      });
      const under = (keyId: string) => world.owner.db.$count(cards, eq(cards.keyId, keyId));
      const [oldKey = ""] = await keyIds("card-number");
      while ((await under(oldKey)) === ids.length) await sleep(5);
      child.kill("SIGKILL");
      await once(child, "exit");
      const left = await under(oldKey);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(ids.length);
      const begun = (await keyIds("card-number")).find((kid) => kid !== oldKey);

      expect(await rewrapDataKeys(world.client, both)).toMatchObject({ rewrapped: 0, free: ["test"] });
      const [report] = await rotateKeys(world.client, both, { knownAfterMs: 50 });
      expect(report).toMatchObject({ keyId: begun, resumed: true, resealed: left, retired: [oldKey], kept: [] });
      const server = await startServer(NEW_MASTER_KEY);
      expect(await server.readCard(ids[0] as CardId)).toBe(numberOf(0));
      expect(await server.readCard(ids[count - 1] as CardId)).toBe(numberOf(count - 1));
    },
  );

  it("a row that was tampered with is named, keeps its key, and stops nothing else", async () => {
    const [bad, ...good] = await fill(12, world.ring);
    await world.tamper(
      sql`update cards set number = (select number from cards where id = ${good[0]}) where id = ${bad}`,
    );
    const [oldKey] = await keyIds("card-number");
    const [report] = await rotate({ batch: 3 });
    expect(report).toMatchObject({ resealed: 11, unreadable: [bad], retired: [], kept: [oldKey] });
    // Once it is gone the next run comes to the end.
    await world.tamper(sql`update cards set number = null, fingerprint = null, deleted_at = now() where id = ${bad}`);
    const [again] = await rotate();
    expect(again).toMatchObject({ keyId: report?.keyId, resumed: true, resealed: 0, retired: [oldKey], kept: [] });
  });

  it("rotation.one-bad-row: the next run makes a new key all the same, and names the row again", async () => {
    const [bad, ...good] = await fill(12, world.ring);
    await world.tamper(
      sql`update cards set number = (select number from cards where id = ${good[0]}) where id = ${bad}`,
    );
    const [oldest] = await keyIds("card-number");
    const [first] = await rotate({ batch: 3 });
    const [second] = await rotate({ batch: 3 });
    expect(second?.keyId).not.toBe(first?.keyId);
    const after = { resealed: 11, unreadable: [bad], retired: [first?.keyId], kept: [oldest], resumed: false };
    expect(second).toMatchObject(after);
    const server = await startServer();
    expect(await server.readCard(good[10] as CardId)).toBe(numberOf(11));
  });

  it("with another master key it makes no key and touches nothing", async () => {
    const before = await keyIds("card-number");
    const other = `other:${Buffer.from("countinghouse other master key32").toString("base64")}`;
    await expect(rotateKeys(world.client, other)).rejects.toThrow(KeyMissingError);
    expect(await keyIds("card-number")).toEqual(before);
  });
});

describe("rotation.old-key-removed-early: the fault is somebody who deletes a key that is still needed", () => {
  it("the database refuses, the application's role cannot even ask, and the newest key is never retired", async () => {
    await fill(1, world.ring);
    const [key = ""] = await keyIds("card-number");
    await expect(world.tamper(sql`delete from data_keys where kid = ${key}`)).rejects.toThrow();
    await expect(world.client.db.execute(sql`delete from data_keys`)).rejects.toThrow();
    for (const kid of [key, ...(await keyIds("blind-index")), "no-such-key"]) {
      const [row] = await world.owner.db.execute(sql`
        with context as (select set_config('countinghouse.context', '{"actorType":"system"}', true))
        select retire_data_key(${kid}) as retired from context`);
      expect([kid, row?.retired]).toEqual([kid, false]);
    }
  });

  it("past the database's guard too: a clear error, never a wrong number; and back with the key", async () => {
    const server = await startServer();
    const [card, customer] = [await server.addCard("4242424242424242"), await server.addCustomer("Ada")];
    const taken = await world.owner.db.select().from(dataKeys);
    await world.tamper(sql`alter table cards drop constraint cards_key_id_data_keys_kid_fk`);
    await world.tamper(sql`alter table customers drop constraint customers_key_id_data_keys_kid_fk`);
    await world.tamper(sql`delete from data_keys where purpose in ('card-number', 'customer-key')`);
    await server.ring.refresh();
    await expect(server.readCard(card)).rejects.toThrow(/is not loaded. Put it back/);
    await expect(server.readName(customer)).rejects.toThrow(KeyMissingError);
    await world.tamper(sql`delete from data_keys where purpose in ('card-number', 'customer-key')`);
    for (const { purpose, kid, wrappedKey } of taken.filter((key) => /card-number|customer-key/.test(key.purpose))) {
      await world.tamper(
        sql`insert into data_keys (purpose, kid, wrapped_key) values (${purpose}, ${kid}, ${wrappedKey})`,
      );
    }
    expect(await server.readCard(card)).toBe("4242424242424242");
    expect(await server.readName(customer)).toBe("Ada");
  });
});
