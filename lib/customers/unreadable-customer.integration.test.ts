import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { idsIn, openVaultDesk, type VaultDesk } from "@/lib/boundary/testing/vault-desk";
import type { CustomerId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { customerNames, listCustomers, UNREADABLE_NAME } from "./customer-store";

let desk: VaultDesk;
beforeAll(async () => {
  desk = await openVaultDesk();
});
afterAll(() => desk.close());

const scope = () => ({ merchantId: desk.merchantId, mode: "test" }) as const;
/** Puts what was sealed for another row into this one. */
const swap = (column: string, id: string, other: string) =>
  desk.world.tamper(
    sql`update customers set ${sql.identifier(column)} = (select ${sql.identifier(column)} from customers where id = ${other}) where id = ${id}`,
  );

// The fault: one row of many was altered, cut, or restored wrongly.
it("customers.unreadable-row: it stands in lists as such, and the others stay as they are", async () => {
  const [good, bad, last] = [await desk.addCustomer(), await desk.addCustomer(), await desk.addCustomer()];
  await swap("key", bad, good);
  const list = await desk.get("/customers");
  expect([list.status, idsIn(list)]).toEqual([200, [last, bad, good]]);
  const [first, broken] = list.json.data as Record<string, unknown>[];
  expect(first).toEqual((await desk.get(`/customers/${last}`)).json);
  // Its members are those of any other.
  expect(Object.keys(broken ?? {})).toEqual(Object.keys(first ?? {}));
  expect(broken).toMatchObject({ id: bad, name: null, email: null, phone: null, tax_id: null, metadata: {} });
  expect(idsIn(await desk.get("/customers?limit=1"))).toEqual([last]);
  // Asked for by itself it is an error of ours: nobody takes it for one without a name.
  expect((await desk.get(`/customers/${bad}`)).status).toBe(500);

  const [{ db }, ring] = [desk.world.client, await keyRing()];
  const page = { limit: 50, cursor: null, direction: "older" } as const;
  const found = await listCustomers(db, ring, scope(), { id: bad as CustomerId }, page);
  expect(found.rows).toMatchObject([{ id: bad, unreadable: true }]);
  const names = await customerNames(db, ring, scope(), [good, bad] as CustomerId[]);
  expect([...names.values()].sort()).toEqual(["Ada Lovelace", UNREADABLE_NAME]);
});

it("where only the name is shown only the name is opened", async () => {
  const [one, two] = [await desk.addCustomer(), await desk.addCustomer()];
  await swap("email", one, two);
  const names = await customerNames(desk.world.client.db, await keyRing(), scope(), [one as CustomerId]);
  expect([...names.values()]).toEqual(["Ada Lovelace"]);
});
