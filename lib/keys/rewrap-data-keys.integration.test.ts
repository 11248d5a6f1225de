import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { auditEntries, dataKeys } from "@/db/schema";
import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import { KEY_PURPOSES, type KeyRing } from "@/lib/crypto/key-ring";
import { unwrapDataKey, wrapDataKey } from "@/lib/crypto/key-wrapping";
import { parseMasterKeys } from "@/lib/crypto/master-keys";
import { keyIdOf } from "@/lib/crypto/sealed-text";
import { emailIndex } from "@/lib/customers/customer-index";
import { createPaymentWorld, type PaymentWorld, TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { loadKeyRing } from "./load-key-ring";
import { rewrapDataKeys } from "./rewrap-data-keys";

const NEW = `new:${randomBytes(32).toString("base64")}`;
const BOTH = `${NEW},${TEST_MASTER_KEY}`;

let world: PaymentWorld;
beforeEach(async () => {
  world = await createPaymentWorld();
});
afterEach(() => world.close());

const stored = () => world.owner.db.select().from(dataKeys);
const mastersOf = async () => [...new Set((await stored()).map(({ wrappedKey }) => keyIdOf(wrappedKey)))];
const keysOf = (ring: KeyRing) =>
  KEY_PURPOSES.map((purpose) => Buffer.from(ring.current(purpose).key).toString("hex")).join();

it("master-key.retired: all data keys open with the new one alone, unchanged, and with the old one none", async () => {
  const merchantId = await world.addMerchant();
  const [keys, index] = [keysOf(world.ring), emailIndex(world.ring, merchantId, "ada@example.com")];
  const total = KEY_PURPOSES.length;
  expect(await rewrapDataKeys(world.client, BOTH)).toEqual({
    masterKeyId: "new",
    rewrapped: total,
    total,
    free: ["test"],
  });
  expect(await mastersOf()).toEqual(["new"]);
  const ring = await loadKeyRing(world.client, NEW);
  expect(keysOf(ring)).toBe(keys);
  // What is made with them, such as an index that rows are found by, stays as it was.
  expect(emailIndex(ring, merchantId, "ada@example.com")).toEqual(index);
  await expect(loadKeyRing(world.client, TEST_MASTER_KEY)).rejects.toThrow(KeyMissingError);
  expect(await rewrapDataKeys(world.client, NEW)).toEqual({ masterKeyId: "new", rewrapped: 0, total, free: [] });
  // Each leaves an entry in the trail, without the key.
  const entries = (await world.owner.db.select().from(auditEntries)).filter(
    ({ action }) => action === "data_key.updated",
  );
  expect(entries).toHaveLength(KEY_PURPOSES.length);
  expect(entries[0]).toMatchObject({ newValues: { wrapped_key: "[masked]" }, oldValues: { wrapped_key: "[masked]" } });
});

it("two runs at once do it once between them, and a key of a purpose that a later release has brought goes along", async () => {
  const later = { purpose: "of-the-future", kid: "dk-future" };
  const key = randomBytes(32);
  const wrappedKey = wrapDataKey(parseMasterKeys(TEST_MASTER_KEY)[0], { ...later, key });
  await world.tamper(
    sql`insert into data_keys (purpose, kid, wrapped_key) values (${later.purpose}, ${later.kid}, ${wrappedKey})`,
  );
  const runs = await Promise.all([rewrapDataKeys(world.client, BOTH), rewrapDataKeys(world.client, BOTH)]);
  expect(runs.map(({ rewrapped }) => rewrapped).sort((a, b) => a - b)).toEqual([0, KEY_PURPOSES.length + 1]);
  expect(keysOf(await loadKeyRing(world.client, NEW))).toBe(keysOf(world.ring));
  const row = (await stored()).find(({ kid }) => kid === later.kid);
  expect(Buffer.from(unwrapDataKey(parseMasterKeys(NEW), { ...later, wrapped: row?.wrappedKey ?? "" }))).toEqual(key);
});

it("without the old one it says which is missing, and changes nothing; nor does it when one key does not open", async () => {
  const before = await stored();
  await expect(rewrapDataKeys(world.client, NEW)).rejects.toThrow(/Master key "test" is missing.*rotate-keys/);
  expect(await stored()).toEqual(before);
  const [from, into] = before.map(({ kid }) => kid);
  await world.tamper(
    sql`update data_keys set wrapped_key = (select wrapped_key from data_keys where kid = ${from}) where kid = ${into}`,
  );
  await expect(rewrapDataKeys(world.client, BOTH)).rejects.toThrow("is not authentic");
  expect(await mastersOf()).toEqual(["test"]);
});

it("master-key.overwritten: the attack is to put something else in a key's place, with the application's password", async () => {
  const [key] = await stored();
  const [kid, before] = [key?.kid ?? "", key?.wrappedKey ?? ""];
  const other = before.replace(".test.", ".new.");
  for (const after of ["", "x", before, other.slice(0, -1), `${other}A`]) {
    await expect(world.client.db.execute(sql`select rewrap_data_key(${kid}, ${before}, ${after})`)).rejects.toThrow();
  }
  await expect(world.client.db.execute(sql`update data_keys set wrapped_key = ${other}`)).rejects.toThrow();
  const [row] = await world.owner.db.execute(sql`
    with context as (select set_config('countinghouse.context', '{"actorType":"system"}', true))
    select rewrap_data_key(${kid}, ${other}, ${before.replace(".test.", ".third.")}) as done from context`);
  expect(row).toEqual({ done: false });
  expect((await stored()).find((row) => row.kid === kid)?.wrappedKey).toBe(before);
});
