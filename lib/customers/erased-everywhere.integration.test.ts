import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cards, customers } from "@/db/schema";
import { idOf, openVaultDesk, type VaultDesk } from "@/lib/boundary/testing/vault-desk";
import type { CardId, CustomerId } from "@/lib/ids/id";
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

/** Every row of every table, as text: bytes in hex, and JSON inside of text both as it is. */
async function dump(): Promise<string> {
  const tables = await desk.world.owner.db.execute<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'`);
  expect(tables.length).toBeGreaterThan(30);
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await desk.world.owner.db.execute<{ row: string }>(
      sql.raw(`select to_jsonb(t)::text as row from ${name} t`),
    );
    parts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return parts.join("\n");
}

const PERSON = { name: "Grace Brewster", email: "Grace.B@Navy.example", phone: "+917012345678", tax_id: "QWERT9876Z" };
const NUMBER = "4532015112830366";

it("erasure.everywhere: no table holds the person, the card's number or what either is found by, once they are erased", async () => {
  const customer = idOf(await desk.post("/customers", PERSON, "erase-person"));
  const typed = { number: NUMBER, exp_month: 1, exp_year: 2041, customer };
  const card = idOf(await desk.post("/cards", typed, "erase-their-card"));
  const again = idOf(await desk.post("/cards", typed, "erase-their-card-again"));
  await desk.delete(`/cards/${again}`);
  await desk.patch(`/customers/${customer}`, { name: "Grace Murray" });
  expect((await desk.pay({ card, customer })).json).toMatchObject({ status: "captured" });
  const { db } = desk.world.owner;
  const [person] = await db
    .select()
    .from(customers)
    .where(eq(customers.id, customer as CustomerId));
  const [kept] = await db
    .select()
    .from(cards)
    .where(eq(cards.id, card as CardId));
  const foundBy = [kept?.fingerprint, person?.emailIndex, person?.phoneIndex].map(
    (bytes) => bytes?.toString("hex") ?? "",
  );
  const sealed = [person?.key, person?.name, person?.email, person?.taxId, kept?.number].map((text) => text ?? "");
  const before = await dump();
  for (const text of [...foundBy, ...sealed]) expect(text && before.includes(text)).toBe(true);

  expect((await desk.delete(`/customers/${customer}`)).status).toBe(204);
  const after = (await dump()).toLowerCase();
  const plain = [...Object.values(PERSON), "Grace Murray", NUMBER, "7012345678"];
  const left = [...plain, ...foundBy, ...sealed].filter((text) => after.includes(text.toLowerCase()));
  expect(left).toEqual([]);
  // What is told of the card stands as it was but for that.
  const told = await desk.eventsOf(card);
  expect(told.map(({ type }) => type)).toEqual(["card.created", "card.deleted"]);
  for (const { data } of told) expect(data).toMatchObject({ id: card, last4: "0366", fingerprint: null, customer });
  expect(Object.keys(told[0]?.data ?? {})).toEqual(
    Object.keys((await desk.get(`/cards/${await desk.addCard()}`)).json),
  );
});

it("a card that waits for its pending payment keeps its fingerprint until then, in what was told of it too", async () => {
  const card = await desk.addCard({ number: "4000000000009011" });
  const { json } = await desk.pay({ card });
  await desk.delete(`/cards/${card}`);
  const fingerprints = async () => (await desk.eventsOf(card)).map(({ data }) => data.fingerprint);
  expect(await fingerprints()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), null]);
  await desk.world.tamper(
    sql`update payments set status = 'captured', captured_minor = amount_minor where id = ${json.id}`,
  );
  expect(await fingerprints()).toEqual([null, null]);
});

it("the application changes nothing else of an event", async () => {
  const card = await desk.addCard();
  for (const statement of [sql`update events set data = '{}'`, sql`delete from events`]) {
    await expect(desk.world.client.db.execute(statement)).rejects.toThrow();
  }
  expect((await desk.eventsOf(card))[0]?.data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
});
