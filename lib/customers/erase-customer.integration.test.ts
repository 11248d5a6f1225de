import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, cards, customers, idempotencyKeys } from "@/db/schema";
import { transact } from "@/db/transact";
import { checkMerchantChain } from "@/lib/audit/check-merchant-chain";
import { expectField, refusal } from "@/lib/boundary/testing/input-desk";
import { ADA, idOf, idsIn, openVaultDesk, type VaultDesk } from "@/lib/boundary/testing/vault-desk";
import { type CustomerId, newId } from "@/lib/ids/id";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { parseCardNumber } from "@/lib/vault/card-number";
import { cardFingerprint, sealCardNumber } from "@/lib/vault/card-number-seal";
import { insertCard } from "@/lib/vault/card-store";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { holdCustomer } from "./customer-store";

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

const rowOf = async (id: string) => {
  const [row] = await desk.world.owner.db
    .select()
    .from(customers)
    .where(eq(customers.id, id as CustomerId));
  return row;
};
const cardsOf = (id: string) =>
  desk.world.owner.db
    .select()
    .from(cards)
    .where(eq(cards.customerId, id as CustomerId));

describe("DELETE /customers/{id}", () => {
  it("takes key, values, cards and stored answers; payments keep their amounts, and the chain verifies", async () => {
    const before = await checkMerchantChain(desk.world.client, contextOf(desk.merchantId), desk.merchantId);
    expect(before.kind).toBe("verified");
    const id = idOf(await desk.post("/customers", ADA, "erase-me"));
    const card = idOf(
      await desk.post(
        "/cards",
        { number: "4242424242424242", exp_month: 1, exp_year: 2041, customer: id },
        "erase-card",
      ),
    );
    const paid = await desk.pay({ card, customer: id });
    expect(paid.json).toMatchObject({ status: "captured", customer: id });

    const erased = await desk.delete(`/customers/${id}`);
    expect([erased.status, erased.text]).toEqual([204, ""]);

    const empty = { key: null, name: null, email: null, phone: null, taxId: null, metadata: null };
    expect(await rowOf(id)).toMatchObject({ ...empty, emailIndex: null, phoneIndex: null, erasedAt: expect.any(Date) });
    expect(await cardsOf(id)).toMatchObject([{ number: null, fingerprint: null, deletedAt: expect.any(Date) }]);
    expect(refusal(await desk.get(`/customers/${id}`))).toEqual([404, "not_found"]);
    expect(refusal(await desk.patch(`/customers/${id}`, { name: "x" }))).toEqual([404, "not_found"]);
    expect(refusal(await desk.delete(`/customers/${id}`))).toEqual([404, "not_found"]);
    expect(refusal(await desk.get(`/cards/${card}`))).toEqual([404, "not_found"]);
    expect(idsIn(await desk.get("/customers?email=ada@example.com"))).toEqual([]);
    const keys = desk.world.owner.db.select().from(idempotencyKeys);
    expect((await keys).filter(({ customerId }) => customerId === id)).toEqual([]);

    expect((await desk.get(`/payments/${paid.json.id}`)).json).toEqual(paid.json);
    expect(idsIn(await desk.get(`/payments?customer=${id}`))).toEqual([paid.json.id]);
    expectField(await desk.pay({ card }), "/card", "card_not_found");
    expectField(await desk.pay({ card: await desk.addCard(), customer: id }), "/customer", "customer_not_found");

    expect(await desk.eventsOf(id)).toMatchObject([{ type: "customer.erased", data: { id } }]);
    expect((await desk.eventsOf(card)).map(({ type }) => type)).toEqual(["card.created", "card.deleted"]);
    const actions = await desk.world.owner.db
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(eq(auditEntries.resourceId, id))
      .orderBy(auditEntries.id);
    expect(actions.map(({ action }) => action)).toEqual(["customer.created", "customer.erased"]);
    const after = await checkMerchantChain(desk.world.client, contextOf(desk.merchantId), desk.merchantId);
    expect(after.kind).toBe("verified");
  });

  it("erased is erased: nothing is written to the row again, by nobody", async () => {
    const id = await desk.addCustomer();
    await desk.delete(`/customers/${id}`);
    await expect(desk.world.tamper(sql`update customers set erased_at = null where id = ${id}`)).rejects.toThrow();
  });

  it("a card's number waits for its pending payment, and goes with it", async () => {
    const customer = await desk.addCustomer();
    const card = await desk.addCard({ number: "4000000000009011", customer });
    const { json } = await desk.pay({ card, customer });
    await desk.delete(`/customers/${customer}`);
    expect((await cardsOf(customer))[0]?.number).not.toBeNull();
    await desk.world.tamper(
      sql`update payments set status = 'captured', captured_minor = amount_minor where id = ${json.id}`,
    );
    expect((await cardsOf(customer))[0]?.number).toBeNull();
  });

  it("against a card whose transaction is still open: it waits, and takes that card too", async () => {
    const { world, merchantId } = desk;
    const scope = { merchantId, mode: "test" } as const;
    const [customer, id] = [(await desk.addCustomer()) as CustomerId, newId("tok")];
    const parsed = parseCardNumber("4242424242424242");
    if (!parsed.ok) throw new Error("not a card number");
    const card = {
      ...({ id, ...scope, customerId: customer, brand: "visa", lastFour: "4242", expMonth: 1, expYear: 2041 } as const),
      number: sealCardNumber(world.ring, merchantId, id, parsed.number),
      fingerprint: cardFingerprint(world.ring, merchantId, parsed.number),
    } as const;
    const [held, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const adding = transact(world.client, contextOf(merchantId), async (tx) => {
      expect(await holdCustomer(tx, scope, customer)).toBe(true);
      held.resolve();
      await goOn.promise;
      await insertCard(tx, card);
    });
    await held.promise;
    const erased = desk.delete(`/customers/${customer}`);
    await sleep(300);
    goOn.resolve();
    await adding;
    expect((await erased).status).toBe(204);
    expect(await cardsOf(customer)).toMatchObject([{ number: null, fingerprint: null }]);
  });

  it("against a payment for them: it waits for the customer with no card locked, so that neither ends in a deadlock", async () => {
    const customer = (await desk.addCustomer()) as CustomerId;
    const card = await desk.addCard({ customer });
    const { owner } = desk.world;
    let paying: ReturnType<typeof desk.pay> | null = null;
    await transact(owner, contextOf(desk.merchantId), async (tx) => {
      await tx.select().from(customers).where(eq(customers.id, customer)).for("update");
      paying = desk.pay({ card, customer });
      const waits = sql`select from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted`;
      for (let tries = 0; tries < 200 && (await owner.db.execute(waits)).length === 0; tries += 1) await sleep(20);
      expect(await owner.db.execute(waits)).toHaveLength(1);
      const locked = await tx.execute(sql`select id from cards where id = ${card} for update skip locked`);
      expect(locked).toHaveLength(1);
    });
    expect(await paying).toMatchObject({ status: 201 });
  });

  it("against everything that is added at the same moment: what came first is gone, what came later is refused", async () => {
    for (let round = 0; round < 5; round += 1) {
      const customer = await desk.addCustomer();
      const card = await desk.addCard();
      const body = { number: "4242424242424242", exp_month: 1, exp_year: 2041, customer };
      const [added, changed, paid, erased, twice] = await Promise.all([
        desk.post("/cards", body, `race-card-${round}`),
        desk.patch(`/customers/${customer}`, { name: "Later" }),
        desk.pay({ card, customer }),
        desk.delete(`/customers/${customer}`),
        desk.delete(`/customers/${customer}`),
      ]);
      expect([erased.status, twice.status].sort()).toEqual([204, 404]);
      if (added.status !== 201) expect(refusal(added)).toEqual([422, "customer_not_found"]);
      if (changed.status !== 200) expect(refusal(changed)).toEqual([404, "not_found"]);
      if (paid.status !== 201) expect(refusal(paid)).toEqual([422, "customer_not_found"]);
      expect(await rowOf(customer)).toMatchObject({ key: null, name: null });
      expect((await cardsOf(customer)).filter(({ number }) => number !== null)).toEqual([]);
    }
  });
});

describe("customer on a payment", () => {
  it("is the merchant's own, or refused", async () => {
    const card = await desk.addCard();
    const theirs = await desk.other.addCustomer();
    for (const customer of [theirs, "cus_00000000000000000000000000", "cus_", "x"]) {
      expectField(await desk.pay({ card, customer }), "/customer", "customer_not_found");
    }
    expectField(await desk.pay({ card, customer: 5 }), "/customer", "field_invalid");
    expect((await desk.pay({ card, customer: null })).json).toMatchObject({ status: "captured", customer: null });
    const own = await desk.addCustomer();
    const paid = await desk.pay({ card, customer: own });
    expect(paid.json.customer).toBe(own);
    expect(idsIn(await desk.get(`/payments?customer=${own}`))).toEqual([paid.json.id]);
  });
});
