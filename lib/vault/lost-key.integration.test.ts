import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dataKeys, payments } from "@/db/schema";
import { refusal } from "@/lib/boundary/testing/input-desk";
import { ADA, openVaultDesk, type VaultDesk } from "@/lib/boundary/testing/vault-desk";
import { keyRing } from "@/lib/keys/key-ring";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";

let sandbox: Sandbox;
let desk: VaultDesk;
beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openVaultDesk(sandbox.url);
});
afterAll(async () => {
  await desk.close();
  await sandbox.stop();
});

const LOST = sql`purpose in ('card-number', 'customer-key')`;

// Fault 31: somebody with the owner's rights removes a key that is still needed, past the guard of the foreign keys.
it("vault.lost-key: every reader says 503 and shows nothing, no payment is begun, and all is back with the key", async () => {
  const [card, customer, leaving] = [await desk.addCard(), await desk.addCustomer(), await desk.addCustomer()];
  await desk.post("/customers", ADA, "before-the-loss");
  const kept = await desk.world.owner.db.select().from(dataKeys).where(LOST);
  for (const table of ["cards", "customers"]) {
    await desk.world.tamper(sql.raw(`alter table ${table} drop constraint ${table}_key_id_data_keys_kid_fk`));
  }
  await desk.world.tamper(sql`delete from data_keys where ${LOST}`);
  // As every server does once a second.
  await (await keyRing()).refresh();

  const refused = [
    await desk.get(`/customers/${customer}`),
    await desk.get("/customers"),
    await desk.patch(`/customers/${customer}`, { name: "Later" }),
    await desk.post("/customers", ADA, "before-the-loss"),
    await desk.pay({ card, reference: "lost-key" }),
  ];
  expect(refused.map(refusal)).toEqual(refused.map(() => [503, "service_unavailable"]));
  for (const { text, headers } of refused) {
    expect(text).not.toMatch(/Ada|v1\.|dk-/);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(await desk.world.owner.db.$count(payments, eq(payments.cardId, card as never))).toBe(0);
  expect(await desk.world.charges({ reference: "lost-key" })).toEqual([]);
  // What opens nothing works, erasing too; what is new is sealed under a new key.
  expect((await desk.delete(`/customers/${leaving}`)).status).toBe(204);
  expect((await desk.get(`/cards/${card}`)).status).toBe(200);
  const after = await desk.addCustomer({ name: "After" });
  expect((await desk.get(`/customers/${after}`)).json.name).toBe("After");

  for (const { purpose, kid, wrappedKey, createdAt } of kept) {
    await desk.world.tamper(sql`
      insert into data_keys (purpose, kid, wrapped_key, created_at)
      values (${purpose}, ${kid}, ${wrappedKey}, ${createdAt.toISOString()}::timestamptz)`);
  }
  expect((await desk.get(`/customers/${customer}`)).json.name).toBe(ADA.name);
  expect((await desk.pay({ card, reference: "lost-key" })).json.status).toBe("captured");
});
