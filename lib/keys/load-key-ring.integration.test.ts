import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient } from "@/db/client";
import { dataKeys } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { transact } from "@/db/transact";
import { DecryptionError, KeyMissingError } from "@/lib/crypto/crypto-errors";
import { KEY_PURPOSES, type KeyRing } from "@/lib/crypto/key-ring";
import { loadKeyRing } from "./load-key-ring";

let database: TestDatabase;
let servers: DatabaseClient[];
let owner: DatabaseClient;

beforeEach(async () => {
  database = await createTestDatabase();
  const open = (url: string) => connect(url, { poolSize: 4, statementTimeoutMs: 10_000 });
  servers = Array.from({ length: 5 }, () => open(database.appUrl));
  owner = open(database.ownerUrl);
});
afterEach(async () => {
  await Promise.all([...servers, owner].map((client) => client.close()));
  await database.drop();
});

const newMasterKey = (kid: string) => `${kid}:${randomBytes(32).toString("base64")}`;
const stored = () => owner.db.select().from(dataKeys);
const load = (server: number, masterKeys: string) => loadKeyRing(servers[server] as DatabaseClient, masterKeys);
const keysOf = (ring: KeyRing) =>
  KEY_PURPOSES.map((purpose) => {
    const { kid, key } = ring.current(purpose);
    return `${purpose} ${kid} ${Buffer.from(key).toString("hex")}`;
  });

describe("loadKeyRing", () => {
  it("servers that start at the same moment make one key for each purpose, and all hold the same", async () => {
    const master = newMasterKey("one");
    const rings = await Promise.all(servers.map((_, index) => load(index, master)));
    expect(new Set(rings.map((ring) => keysOf(ring).join("\n"))).size).toBe(1);
    const rows = await stored();
    expect(rows.map(({ purpose }) => purpose).toSorted()).toEqual([...KEY_PURPOSES].toSorted());
  });

  it("keeps no key in the clear, and a restart finds the same ones", async () => {
    const master = newMasterKey("one");
    const first = keysOf(await load(0, master));
    expect(keysOf(await load(1, master))).toEqual(first);
    const rows = JSON.stringify(await stored());
    for (const line of first) {
      const key = Buffer.from(line.split(" ")[2] ?? "", "hex");
      expect(rows).not.toContain(key.toString("base64url"));
      expect(rows).not.toContain(key.toString("hex"));
    }
  });

  it("opens keys with an older master key, and wraps new ones with the current", async () => {
    const [older, current] = [newMasterKey("older"), newMasterKey("current")];
    const before = keysOf(await load(0, older));
    expect(keysOf(await load(1, `${current},${older}`))).toEqual(before);
  });

  it("says which master key is missing, and what to do", async () => {
    await load(0, newMasterKey("lost"));
    const error = await load(1, newMasterKey("new")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeyMissingError);
    expect(String(error)).toContain('"lost"');
    expect(String(error)).toContain("MASTER_KEY");
  });

  it("refuses another key under the same name", async () => {
    await load(0, newMasterKey("same"));
    await expect(load(1, newMasterKey("same"))).rejects.toThrow(DecryptionError);
  });

  it("with a wrong master key makes no new key: the right one could not open it later", async () => {
    const right = newMasterKey("same");
    await load(0, right);
    // A release brings a new purpose, and the server is started with a wrong key.
    await transact(owner, systemContext("test"), (tx) =>
      tx.execute(sql`delete from data_keys where purpose = 'code-pepper'`),
    );
    const before = await stored();
    for (const wrong of [newMasterKey("same"), newMasterKey("other")]) await expect(load(1, wrong)).rejects.toThrow();
    expect(await stored()).toEqual(before);
    expect(keysOf(await load(2, right))).toHaveLength(KEY_PURPOSES.length);
  });

  it("a wrapped key that was copied over another purpose's is not taken", async () => {
    const master = newMasterKey("one");
    await load(0, master);
    const [copied] = (await stored()).filter(({ purpose }) => purpose === "card-number");
    await transact(owner, systemContext("test"), async (tx) => {
      // Two rows never have one id.
      await tx.execute(sql`delete from data_keys where purpose = 'card-number'`);
      await tx.execute(sql`update data_keys set wrapped_key = ${copied?.wrappedKey}, kid = ${copied?.kid}
        where purpose = 'code-pepper'`);
    });
    await expect(load(1, master)).rejects.toThrow(DecryptionError);
  });

  it("leaves keys alone whose purpose this release does not know", async () => {
    const master = newMasterKey("one");
    await load(0, master);
    await transact(owner, systemContext("test"), (tx) =>
      tx.insert(dataKeys).values({ purpose: "of-the-future", kid: "dk-x", wrappedKey: "v9.unknown" }),
    );
    expect(keysOf(await load(1, master))).toHaveLength(KEY_PURPOSES.length);
  });
});
