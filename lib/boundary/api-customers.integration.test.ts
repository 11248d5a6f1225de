import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, customers } from "@/db/schema";
import { expectField, refusal } from "./testing/input-desk";
import { ADA, idOf, idsIn, openVaultDesk, type VaultDesk } from "./testing/vault-desk";

let desk: VaultDesk;
beforeAll(async () => {
  desk = await openVaultDesk();
});
afterAll(() => desk.close());

const NEVER_WAS = "cus_00000000000000000000000000";

describe("POST /customers", () => {
  it("answers the customer, with phone and tax id masked, in the contract's order", async () => {
    const answer = await desk.post("/customers", ADA);
    expect(answer.status).toBe(201);
    expect(Object.entries(answer.json)).toEqual([
      ["id", expect.stringMatching(/^cus_[0-9a-z]{26}$/)],
      ["object", "customer"],
      ["name", "Ada Lovelace"],
      ["email", "Ada@Example.com"],
      ["phone", "+91••••••3210"],
      ["tax_id", "••••••234F"],
      ["metadata", { tier: "gold" }],
      ["mode", "test"],
      ["created_at", expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ["updated_at", answer.json.created_at],
    ]);
    expect((await desk.get(`/customers/${answer.json.id}`)).json).toEqual(answer.json);
  });

  it("needs a name and an address and nothing else", async () => {
    const answer = await desk.post("/customers", { name: "A", email: "a@example.com", phone: null });
    expect(answer.json).toMatchObject({ phone: null, tax_id: null, metadata: {} });
  });

  it.each<[string, unknown, string]>([
    ["name", undefined, "field_missing"],
    ["name", "", "field_invalid"],
    ["name", 5, "field_invalid"],
    ["name", null, "field_invalid"],
    ["name", "x".repeat(201), "field_invalid"],
    ["name", "a\0", "field_invalid"],
    ["name", "\ud800", "field_invalid"],
    ["name", "Ada 4242 4242 4242 4242", "card_number_in_text"],
    ["name", "４２４２４２４２４２４２４２４２", "card_number_in_text"],
    ["email", undefined, "field_missing"],
    ["email", "", "field_invalid"],
    ["email", "ada", "field_invalid"],
    ["email", "ada@localhost", "field_invalid"],
    ["email", " ada@example.com", "field_invalid"],
    ["email", "ada@example.com\n", "field_invalid"],
    ["email", "ada@exa mple.com", "field_invalid"],
    ["email", "Ada <ada@example.com>", "field_invalid"],
    ["email", ["ada@example.com"], "field_invalid"],
    ["email", `${"a".repeat(65)}@example.com`, "field_invalid"],
    ["phone", "9876543210", "field_invalid"],
    ["phone", "+91 98765 43210", "field_invalid"],
    ["phone", "+0123456789", "field_invalid"],
    ["phone", "+1234567890123456", "field_invalid"],
    ["phone", "+91９８７６５４３２１０", "field_invalid"],
    ["phone", "", "field_invalid"],
    ["phone", 919876543210, "field_invalid"],
    ["tax_id", "ABCDE12345", "field_invalid"],
    ["tax_id", "abcde1234f", "field_invalid"],
    ["tax_id", "ABCDE1234F ", "field_invalid"],
    ["tax_id", "", "field_invalid"],
    ["metadata", [], "field_invalid"],
    ["metadata", "a=b", "field_invalid"],
    ["id", NEVER_WAS, "field_unknown"],
    ["__proto_", {}, "field_unknown"],
  ])("%s %j: %s", async (name, value, code) => {
    expectField(await desk.post("/customers", { ...ADA, [name]: value }), `/${name}`, code);
  });

  it("a card number in metadata, as a value and as a name: card_number_in_text, and it is not repeated", async () => {
    for (const metadata of [{ note: "4242424242424242" }, { "4242424242424242": "x" }]) {
      const answer = await desk.post("/customers", { ...ADA, metadata });
      expect(refusal(answer)).toEqual([422, "card_number_in_text"]);
      expect(answer.text).not.toContain("4242");
    }
  });

  it("several wrong fields: validation_failed, each with its pointer", async () => {
    const answer = await desk.post("/customers", { ...ADA, email: "x", phone: "y", tax_id: "z" });
    expect(refusal(answer)).toEqual([422, "validation_failed"]);
    const pointers = (answer.json.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(["/email", "/phone", "/tax_id"]);
  });

  it("no object, no JSON, another media type", async () => {
    const path = "/api/v1/customers";
    expect(refusal(await desk.send({ method: "POST", path, body: "[]" }))).toEqual([422, "field_invalid"]);
    expect(refusal(await desk.send({ method: "POST", path, body: "{" }))).toEqual([400, "malformed_body"]);
    const headers = { "content-type": "text/plain" };
    expect(refusal(await desk.send({ method: "POST", path, body: "{}", headers }))).toEqual([
      415,
      "unsupported_media_type",
    ]);
  });

  it("once per key: the first answer byte for byte, and 422 for another body", async () => {
    const first = await desk.post("/customers", ADA, "customer-once");
    const again = await desk.post("/customers", ADA, "customer-once");
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    // Also once the customer looks otherwise.
    await desk.patch(`/customers/${first.json.id}`, { name: "Ada King" });
    expect((await desk.post("/customers", ADA, "customer-once")).text).toBe(first.text);
    const reused = await desk.post("/customers", { ...ADA, name: "Eve" }, "customer-once");
    expect(refusal(reused)).toEqual([422, "idempotency_key_reused"]);
  });
});

describe("PATCH /customers/{id}", () => {
  it("changes what is sent, takes away what is null, and leaves the rest", async () => {
    const id = await desk.addCustomer();
    const changed = await desk.patch(`/customers/${id}`, { name: "Ada King", phone: null, metadata: { a: "b" } });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({
      ...{ id, name: "Ada King", email: "Ada@Example.com", phone: null, tax_id: "••••••234F", metadata: { a: "b" } },
    });
    expect((await desk.get(`/customers/${id}`)).json).toEqual(changed.json);
    expect((await desk.patch(`/customers/${id}`, { metadata: null })).json.metadata).toEqual({});
    expect((await desk.patch(`/customers/${id}`, {})).json.name).toBe("Ada King");
  });

  it("moves what the customer is found by", async () => {
    const id = await desk.addCustomer({ email: "before@example.com", phone: "+14155550101" });
    await desk.patch(`/customers/${id}`, { email: "after@example.com", phone: "+14155550102" });
    for (const [query, found] of [
      ["email=before@example.com", []],
      ["email=after@example.com", [id]],
      ["phone=%2B14155550101", []],
      ["phone=%2B14155550102", [id]],
    ] as const) {
      expect([query, idsIn(await desk.get(`/customers?${query}`))]).toEqual([query, found]);
    }
  });

  it.each<[string, unknown, string]>([
    ["name", null, "field_invalid"],
    ["name", "", "field_invalid"],
    ["email", null, "field_invalid"],
    ["email", "x", "field_invalid"],
    ["phone", "1", "field_invalid"],
    ["tax_id", 1, "field_invalid"],
    ["metadata", 1, "field_invalid"],
    ["name", "4242424242424242", "card_number_in_text"],
    ["mode", "live", "field_unknown"],
  ])("%s %j: %s", async (name, value, code) => {
    const id = await desk.addCustomer();
    expectField(await desk.patch(`/customers/${id}`, { [name]: value }), `/${name}`, code);
  });
});

describe("GET /customers", () => {
  it("finds by the whole address in any case, by the whole number, by both, and by nothing less", async () => {
    const id = await desk.addCustomer({ email: "Grace.Hopper@example.com", phone: "+12025550143" });
    for (const [query, found] of [
      ["email=grace.hopper@EXAMPLE.com", [id]],
      ["email=grace.hopper%40example.com&phone=%2B12025550143", [id]],
      ["phone=+12025550143", [id]],
      ["email=grace.hopper@example.com&phone=%2B12025550144", []],
      ["email=grace@example.com", []],
      ["email=hopper@example.com", []],
      ["phone=%2B1202555014", []],
    ] as const) {
      expect([query, idsIn(await desk.get(`/customers?${query}`))]).toEqual([query, found]);
    }
  });

  it("lists newest first, in pages that stay while customers arrive", async () => {
    const mine = desk.as(await desk.world.addApiKey(await desk.world.addMerchant()));
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift(await mine.addCustomer());
    const first = await mine.get("/customers?limit=2");
    await mine.addCustomer();
    const second = await mine.get(`/customers?limit=2&cursor=${first.json.next_cursor}`);
    const third = await mine.get(`/customers?limit=2&cursor=${second.json.next_cursor}`);
    expect([idsIn(first), idsIn(second), idsIn(third)]).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    expect(third.json.next_cursor).toBeNull();
  });

  it.each([
    ["email=ada", "/email", "field_invalid"],
    ["phone=9876543210", "/phone", "field_invalid"],
    ["email=a@example.com&email=b@example.com", "/email", "field_invalid"],
    ["limit=0", "/limit", "field_invalid"],
    ["limit=101", "/limit", "field_invalid"],
    ["name=Ada", "/name", "field_unknown"],
  ])("%s: %s %s", async (query, pointer, code) => {
    expectField(await desk.get(`/customers?${query}`), pointer, code);
  });

  it("a cursor that is none of ours: 400", async () => {
    for (const cursor of ["x", "0.tok_00000000000000000000000000", `0.${NEVER_WAS}.x`]) {
      expect(refusal(await desk.get(`/customers?cursor=${cursor}`))).toEqual([400, "cursor_invalid"]);
    }
  });
});

describe("customers.isolated: the attack is another merchant's customer, or one of another mode", () => {
  it("is 404, exactly as one that never was, to every method; and is not found by search", async () => {
    const id = await desk.addCustomer({ email: "isolated@example.com" });
    const live = desk.as(await desk.world.addApiKey(desk.merchantId, { mode: "live" }));
    for (const stranger of [desk.other, live]) {
      for (const of of [id, NEVER_WAS, "cus_", "%00", "tok_00000000000000000000000000"]) {
        expect(refusal(await stranger.get(`/customers/${of}`))).toEqual([404, "not_found"]);
        expect(refusal(await stranger.patch(`/customers/${of}`, { name: "x" }))).toEqual([404, "not_found"]);
        expect(refusal(await stranger.delete(`/customers/${of}`))).toEqual([404, "not_found"]);
      }
      expect(idsIn(await stranger.get("/customers?email=isolated@example.com"))).toEqual([]);
    }
    expect((await desk.get(`/customers/${id}`)).json.name).toBe(ADA.name);
  });

  it("two merchants' blind indexes of one address differ", async () => {
    const of = async (id: string) => {
      const [row] = await desk.world.owner.db.select().from(customers).where(sql`${customers.id} = ${id}`);
      return [row?.emailIndex, row?.phoneIndex].map((index) => index?.toString("hex"));
    };
    const [mine, same, theirs] = [
      await of(await desk.addCustomer()),
      await of(await desk.addCustomer()),
      await of(await desk.other.addCustomer()),
    ];
    expect(mine).toEqual(same);
    expect(mine.filter((index) => theirs.includes(index))).toEqual([]);
  });

  it("a key without the permission: 403", async () => {
    const reader = desk.as(await desk.world.addApiKey(desk.merchantId, { permissions: ["payments:read"] }));
    expect(refusal(await reader.get("/customers"))).toEqual([403, "permission_denied"]);
    expect(refusal(await reader.post("/customers", ADA))).toEqual([403, "permission_denied"]);
    const viewer = desk.as(await desk.world.addApiKey(desk.merchantId, { permissions: ["customers:read"] }));
    const id = await desk.addCustomer();
    expect((await viewer.get(`/customers/${id}`)).status).toBe(200);
    expect(refusal(await viewer.patch(`/customers/${id}`, {}))).toEqual([403, "permission_denied"]);
    expect(refusal(await viewer.delete(`/customers/${id}`))).toEqual([403, "permission_denied"]);
  });
});

describe("customers.sealed: the attack is a stolen copy of the database", () => {
  it("nothing of a person is in any column of any table, in their stored answer and the trail neither", async () => {
    const secret = {
      name: "Zebulon Quartermain",
      email: "zebulon.q@example.org",
      phone: "+447700900123",
      tax_id: "ZQXPB9876K",
      metadata: { allergy: "walnuts-and-brazil-nuts" },
    };
    const id = idOf(await desk.post("/customers", secret, "sealed-customer"));
    await desk.patch(`/customers/${id}`, { name: "Zebulon Quartermaine" });
    const dump = await desk.world.dump();
    expect(dump).toContain(id);
    for (const value of ["Zebulon", "zebulon", "7700900123", "ZQXPB9876K", "walnuts", "allergy"]) {
      expect(dump).not.toContain(value);
      expect(dump).not.toContain(Buffer.from(value).toString("hex"));
    }
  });

  it("a value moved to another customer's row, or to another column, does not open: 500, and no wrong answer", async () => {
    const [one, two] = [await desk.addCustomer({ name: "One" }), await desk.addCustomer({ name: "Two" })];
    const move = (set: ReturnType<typeof sql>) =>
      desk.world.tamper(sql`update customers t set ${set} from customers s where t.id = ${two} and s.id = ${one}`);
    await move(sql`name = s.name`);
    expect((await desk.get(`/customers/${two}`)).status).toBe(500);
    await move(
      sql`key = s.key, name = s.name, email = s.email, phone = s.phone, tax_id = s.tax_id, metadata = s.metadata`,
    );
    expect((await desk.get(`/customers/${two}`)).status).toBe(500);
    expect((await desk.get(`/customers/${one}`)).json.name).toBe("One");
  });

  it("a plain text that was written past the encryption is refused, not shown", async () => {
    const id = await desk.addCustomer();
    await desk.world.tamper(sql`update customers set name = 'plain' where id = ${id}`);
    const answer = await desk.get(`/customers/${id}`);
    expect([answer.status, answer.text.includes("plain")]).toEqual([500, false]);
  });

  it("the trail tells that something changed, and not from what to what", async () => {
    const id = await desk.addCustomer();
    await desk.patch(`/customers/${id}`, { name: "Changed", phone: null });
    const entries = await desk.world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.resourceId, id))
      .orderBy(auditEntries.id);
    expect(entries.map(({ action }) => action)).toEqual(["customer.created", "customer.updated"]);
    expect(entries[1]?.newValues).toMatchObject({ name: "[masked]", phone: null });
    expect(JSON.stringify(entries[0]?.newValues)).not.toContain("v1.");
  });
});
