import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuditContext, systemContext } from "@/db/audit-context";
import { apiKeys, auditEntries, cards, merchants, payments, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { type MerchantId, newId } from "@/lib/ids/id";
import { createPaymentWorld, type PaymentWorld } from "@/lib/payments/testing/payment-world";
import { recordAudit } from "./record";

let world: PaymentWorld;
let merchantId: MerchantId;

beforeAll(async () => {
  world = await createPaymentWorld();
  merchantId = await world.addMerchant();
});
afterAll(() => world.close());

const CONTEXT: AuditContext = {
  actor: { type: "user", id: "usr_actor" },
  merchantId: null,
  ip: "192.0.2.9",
  userAgent: "Test/1.0",
  requestId: "req_audit",
};

const entriesOf = (resourceId: string) =>
  world.owner.db.select().from(auditEntries).where(eq(auditEntries.resourceId, resourceId)).orderBy(auditEntries.id);

describe("an entry", () => {
  it("tells who, from where, in which request, and the whole new row", async () => {
    const id = newId("mer");
    const row = { id, name: "Shop", country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" } as const;
    await transact(world.owner, CONTEXT, (tx) => tx.insert(merchants).values(row));
    expect(await entriesOf(id)).toMatchObject([
      {
        merchantId: id,
        action: "merchant.created",
        outcome: "success",
        resourceType: "merchant",
        oldValues: null,
        newValues: { id, name: "Shop", country: "IN", time_zone: "Asia/Kolkata", vault_mode: "keep" },
        actorType: "user",
        actorId: "usr_actor",
        ip: "192.0.2.9",
        userAgent: "Test/1.0",
        requestId: "req_audit",
      },
    ]);
  });

  it("of an update holds the columns that changed, and no others", async () => {
    await transact(world.owner, CONTEXT, (tx) =>
      tx.update(merchants).set({ name: "Renamed", country: "IN" }).where(eq(merchants.id, merchantId)),
    );
    const [entry] = (await entriesOf(merchantId)).slice(-1);
    expect(entry).toMatchObject({ action: "merchant.updated" });
    expect([entry?.oldValues, entry?.newValues]).toEqual([{ name: "Test Shop" }, { name: "Renamed" }]);
  });

  it("of an update that changes nothing is not written", async () => {
    const before = (await entriesOf(merchantId)).length;
    await transact(world.owner, CONTEXT, (tx) =>
      tx.update(merchants).set({ name: "Renamed" }).where(eq(merchants.id, merchantId)),
    );
    expect(await entriesOf(merchantId)).toHaveLength(before);
  });

  it("shows a change to and from nothing", async () => {
    const { id } = await world.addApiKey(merchantId);
    const set = (expiresAt: Date | null) =>
      transact(world.owner, CONTEXT, (tx) => tx.update(apiKeys).set({ expiresAt }).where(eq(apiKeys.id, id)));
    await set(new Date("2026-01-01T00:00:00Z"));
    await set(null);
    const [limited, restored] = (await entriesOf(id)).slice(-2);
    expect(limited?.oldValues).toEqual({ expires_at: null });
    expect(restored?.newValues).toEqual({ expires_at: null });
  });

  it("of a deletion holds the row that was", async () => {
    const { id } = await world.addApiKey(merchantId);
    await transact(world.owner, CONTEXT, (tx) => tx.delete(apiKeys).where(eq(apiKeys.id, id)));
    const [entry] = (await entriesOf(id)).slice(-1);
    expect(entry).toMatchObject({ action: "api_key.deleted", newValues: null, oldValues: { id, name: "Test" } });
  });

  it("belongs to the row's merchant, whatever merchant the actor is of", async () => {
    const { id } = await world.addApiKey(merchantId);
    const other = await world.addMerchant();
    await transact(world.owner, { ...CONTEXT, merchantId: other }, (tx) =>
      tx.update(apiKeys).set({ name: "Taken" }).where(eq(apiKeys.id, id)),
    );
    expect((await entriesOf(id)).at(-1)?.merchantId).toBe(merchantId);
  });

  it("is undone with the change it tells of", async () => {
    const before = await entriesOf(merchantId);
    const refused = transact(world.owner, CONTEXT, async (tx) => {
      await tx.update(merchants).set({ name: "Never" }).where(eq(merchants.id, merchantId));
      await recordAudit(tx, CONTEXT, {
        action: "x",
        outcome: "success",
        resourceType: "merchant",
        resourceId: merchantId,
      });
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    expect(await entriesOf(merchantId)).toEqual(before);
  });

  it("one per transition of a payment, with the actor of each", async () => {
    const card = await world.addCard(merchantId);
    const id = newId("pay");
    const as = (actor: string) => ({ ...CONTEXT, actor: { type: "user", id: actor } }) as const;
    await transact(world.owner, as("one"), (tx) =>
      tx.insert(payments).values({
        ...{ id, merchantId, mode: "test", status: "pending", currency: "INR" as never, amountMinor: 500n },
        ...{
          capture: false,
          cardId: card,
          cardBrand: "visa",
          cardLastFour: "4242",
          cardExpMonth: 1,
          cardExpYear: 2040,
        },
      } as typeof payments.$inferInsert),
    );
    const move = (actor: string, set: Partial<typeof payments.$inferInsert>) =>
      transact(world.owner, as(actor), (tx) =>
        tx
          .update(payments)
          .set({ ...set, updatedAt: new Date() })
          .where(eq(payments.id, id)),
      );
    await move("two", { status: "authorized" });
    await move("three", { status: "captured", capturedMinor: 500n });
    await move("four", {});
    const entries = await entriesOf(id);
    expect(entries.map(({ action, actorId, newValues }) => [action, actorId, newValues])).toEqual([
      ["payment.created", "one", expect.objectContaining({ status: "pending", amount_minor: 500 })],
      ["payment.authorized", "two", { status: "authorized" }],
      ["payment.captured", "three", { status: "captured", captured_minor: 500 }],
    ]);
  });
});

describe("audit.masked: the attack is to read secrets in the trail", () => {
  it("secret columns say that they changed, and never from what to what", async () => {
    const key = await world.addApiKey(merchantId);
    const card = await world.addCard(merchantId, "5555555555554444");
    const userId = newId("usr");
    await transact(world.owner, CONTEXT, async (tx) => {
      const person = { id: userId, merchantId, email: `${userId}@example.com`, name: "A", role: "owner" } as const;
      await tx.insert(users).values({ ...person, passwordHash: "$argon2id$first" });
      await tx.update(users).set({ passwordHash: "$argon2id$second" }).where(eq(users.id, userId));
      await tx.update(apiKeys).set({ previousSecret: "v1.sealed" }).where(eq(apiKeys.id, key.id));
    });
    const [created, changed] = await entriesOf(userId);
    expect(created?.newValues).toMatchObject({ email: `${userId}@example.com`, password_hash: "[masked]" });
    expect([changed?.oldValues, changed?.newValues]).toEqual([
      { password_hash: "[masked]" },
      { password_hash: "[masked]" },
    ]);
    expect((await entriesOf(key.id)).map(({ newValues }) => newValues)).toEqual([
      expect.objectContaining({ secret: "[masked]", previous_secret: null }),
      { previous_secret: "[masked]" },
    ]);
    const [row] = await world.owner.db.select().from(cards).where(eq(cards.id, card));
    const [tokenised] = await entriesOf(card);
    expect(tokenised?.newValues).toMatchObject({ number: "[masked]", fingerprint: "[masked]", last_four: "4444" });
    expect(JSON.stringify(tokenised?.newValues)).not.toContain(row?.number);
  });

  it("no entry of all the tables' triggers holds a sealed value or a hash", async () => {
    const found = await world.owner.db
      .select({ id: auditEntries.id })
      .from(auditEntries)
      .where(
        sql`(${auditEntries.newValues}::text || coalesce(${auditEntries.oldValues}::text, '')) ~ 'v1\\.|argon2|\\\\\\\\x[0-9a-f]{16}'`,
      );
    expect(found).toEqual([]);
  });
});

describe("recordAudit", () => {
  it("writes what no trigger does, and a refusal in a commit of its own outlives what was refused", async () => {
    const context = { ...CONTEXT, merchantId };
    await transact(world.client, context, (tx) =>
      recordAudit(tx, context, {
        action: "access.denied",
        outcome: "denied",
        resourceType: "permission",
        resourceId: "recorder-test",
        details: { why: "role", typed: "4242424242424242" },
      }),
    );
    const [entry] = await world.owner.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, "access.denied"), eq(auditEntries.resourceId, "recorder-test")));
    expect(entry).toMatchObject({
      merchantId,
      outcome: "denied",
      actorType: "user",
      actorId: "usr_actor",
      ip: "192.0.2.9",
      userAgent: "Test/1.0",
      requestId: "req_audit",
      newValues: { why: "role" },
    });
    expect(JSON.stringify(entry?.newValues)).not.toContain("42424242");
  });

  it("takes an actor of the system", async () => {
    const context = systemContext("sweeper");
    const event = { action: "x.y", outcome: "success", resourceType: "x", resourceId: "system-actor" } as const;
    await transact(world.client, context, (tx) => recordAudit(tx, context, event));
    expect(await entriesOf("system-actor")).toMatchObject([
      { merchantId: null, actorType: "system", actorId: "sweeper" },
    ]);
  });
});
