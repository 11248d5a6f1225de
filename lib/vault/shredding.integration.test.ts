import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cards } from "@/db/schema";
import { transact } from "@/db/transact";
import { expectField, refusal } from "@/lib/boundary/testing/input-desk";
import { openVaultDesk, type VaultDesk } from "@/lib/boundary/testing/vault-desk";
import { insertKey } from "@/lib/idempotency/idempotency-store";
import { type CardId, newId } from "@/lib/ids/id";
import { insertPendingPayment } from "@/lib/payments/payment-store";
import { contextOf } from "@/lib/payments/testing/payment-desk";
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

/** Its answer never comes: the payment stays pending. */
const NEVER_ANSWERS = "4000000000009011";

async function stored(id: string) {
  const [row] = await desk.world.owner.db
    .select()
    .from(cards)
    .where(eq(cards.id, id as CardId));
  if (!row) throw new Error("the card's row is gone");
  return row;
}

/** As the acquirer's answer does, whoever hears it. */
const settle = (paymentId: string) =>
  desk.world.tamper(
    sql`update payments set status = 'captured', captured_minor = amount_minor where id = ${paymentId}`,
  );

/** Settles a payment in a transaction that stays open until it is let go, and is there once it has settled. */
async function settleSlowly(paymentId: unknown, as: typeof DECLINED) {
  const [settled, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = transact(desk.world.client, contextOf(desk.merchantId), async (tx) => {
    await tx.execute(sql`update payments set ${as} where id = ${paymentId}`);
    settled.resolve();
    await goOn.promise;
  });
  await Promise.race([settled.promise, done]);
  return async () => {
    goOn.resolve();
    await done;
  };
}

const DECLINED = sql`status = 'failed', failure_code = 'card_declined', failure_message = 'x'`;

describe("shred.in-turn: the fault is two that settle or delete in transactions which do not see each other", () => {
  it("two payments of a card that was typed in for one, both declined: the number goes", async () => {
    const id = await desk.addCard({ number: NEVER_ANSWERS });
    await desk.world.tamper(sql`update cards set one_off = true where id = ${id}`);
    const [one, two] = [await desk.pay({ card: id }), await desk.pay({ card: id })];
    const commit = await settleSlowly(one.json.id, DECLINED);
    const second = settleSlowly(two.json.id, DECLINED);
    await Promise.race([second, sleep(300)]);
    await commit();
    await (await second)();
    expect(await stored(id)).toMatchObject({ number: null, spentAt: expect.any(Date) });
  });

  it("a payment is settled while its card is deleted: the number goes", async () => {
    const id = await desk.addCard({ number: NEVER_ANSWERS });
    const { json } = await desk.pay({ card: id });
    const commit = await settleSlowly(json.id, DECLINED);
    const deleted = desk.delete(`/cards/${id}`);
    await Promise.race([deleted, sleep(300)]);
    await commit();
    expect((await deleted).status).toBe(204);
    expect(await stored(id)).toMatchObject({ number: null, fingerprint: null });
  });
});

describe("DELETE /cards/{id}", () => {
  it("takes the number and the fingerprint at once; the card is 404, not charged, not listed, and told of", async () => {
    const customer = await desk.addCustomer();
    const id = await desk.addCard({ customer });
    const paid = await desk.pay({ card: id });
    expect(paid.status).toBe(201);
    const deleted = await desk.delete(`/cards/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect(await stored(id)).toMatchObject({ number: null, fingerprint: null, keyId: null });
    expect(refusal(await desk.get(`/cards/${id}`))).toEqual([404, "not_found"]);
    expect(refusal(await desk.delete(`/cards/${id}`))).toEqual([404, "not_found"]);
    expect((await desk.get(`/cards?customer=${customer}`)).json.data).toEqual([]);
    expectField(await desk.pay({ card: id }), "/card", "card_not_found");
    expect((await desk.eventsOf(id)).map(({ type }) => type)).toEqual(["card.created", "card.deleted"]);
    // What was paid with it stays as it was.
    expect((await desk.get(`/payments/${paid.json.id}`)).json).toEqual(paid.json);
  });

  it("waits with the number while a payment is pending, and starts nothing new meanwhile", async () => {
    const id = await desk.addCard({ number: NEVER_ANSWERS });
    const [one, two] = [await desk.pay({ card: id }), await desk.pay({ card: id })];
    expect([one.status, two.status]).toEqual([202, 202]);
    await desk.delete(`/cards/${id}`);
    expect(refusal(await desk.get(`/cards/${id}`))).toEqual([404, "not_found"]);
    expectField(await desk.pay({ card: id }), "/card", "card_not_found");
    expect((await stored(id)).number).not.toBeNull();
    await settle(String(one.json.id));
    expect((await stored(id)).number).not.toBeNull();
    await settle(String(two.json.id));
    expect(await stored(id)).toMatchObject({ number: null, fingerprint: null });
  });

  it("of two payments that are settled at the same moment the later one shreds", async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await desk.addCard({ number: NEVER_ANSWERS });
      const pending = await Promise.all([desk.pay({ card: id }), desk.pay({ card: id }), desk.pay({ card: id })]);
      await desk.delete(`/cards/${id}`);
      await Promise.all(pending.map(({ json }) => settle(String(json.id))));
      expect((await stored(id)).number).toBeNull();
    }
  });

  it("against payments that are begun at the same moment: each has its number, or is refused", async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await desk.addCard({ number: NEVER_ANSWERS });
      const payments = Array.from({ length: 4 }, () => desk.pay({ card: id }));
      const deleted = await desk.delete(`/cards/${id}`);
      const answers = await Promise.all(payments);
      expect(deleted.status).toBe(204);
      const begun = answers.filter(({ status }) => status === 202);
      expect(answers.filter(({ status }) => status !== 202).map(refusal)).toEqual(
        Array.from({ length: 4 - begun.length }, () => [422, "card_not_found"]),
      );
      expect((await stored(id)).number === null).toBe(begun.length === 0);
      for (const { json } of begun) await settle(String(json.id));
      expect((await stored(id)).number).toBeNull();
    }
  });

  it("against a payment whose first transaction is still open: it waits, and leaves the number to it", async () => {
    const { world, merchantId } = desk;
    const id = await desk.addCard({ number: NEVER_ANSWERS });
    const { request, order } = world.call(merchantId, "half-begun", { amount: "1.00", currency: "INR", card: id });
    const paymentId = newId("pay");
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const payment = transact(world.client, contextOf(merchantId), async (tx) => {
      await insertKey(tx, request, { paymentId }, 60_000);
      await insertPendingPayment(tx, { ...order, id: paymentId, gateway: "sandbox" }, request.key);
      begun.resolve();
      await goOn.promise;
    });
    await begun.promise;
    const deleted = desk.delete(`/cards/${id}`);
    await sleep(300);
    goOn.resolve();
    await payment;
    expect((await deleted).status).toBe(204);
    expect((await stored(id)).number).not.toBeNull();
    await settle(paymentId);
    expect((await stored(id)).number).toBeNull();
  });

  it("a number that was shredded does not come back, whatever a query says", async () => {
    const [gone, other] = [await desk.addCard(), await desk.addCard()];
    await desk.delete(`/cards/${gone}`);
    const back = sql`update cards t set number = s.number from cards s where t.id = ${gone} and s.id = ${other}`;
    await expect(desk.world.tamper(back)).rejects.toThrow();
    await expect(desk.world.tamper(sql`update cards set deleted_at = null where id = ${gone}`)).rejects.toThrow();
    await expect(desk.world.tamper(sql`update cards set number = null where id = ${other}`)).rejects.toThrow();
  });
});

describe("transient: a merchant that keeps no numbers", () => {
  const open = async () => {
    const key = await desk.world.addApiKey(await desk.world.addMerchant());
    await desk.keepNoNumbers(key.merchantId);
    return { ...desk.as(key), pay: (fields: Record<string, unknown>) => desk.pay(fields, key) };
  };

  it.each([
    ["captured", { capture: true }],
    ["authorized", { capture: false }],
  ])(
    "the number goes with the first payment that is %s; the card can be seen, and not charged again",
    async (status, fields) => {
      const shop = await open();
      const id = await shop.addCard();
      const before = await shop.get(`/cards/${id}`);
      const paid = await shop.pay({ card: id, ...fields });
      expect(paid.json.status).toBe(status);
      expect(await stored(id)).toMatchObject({ number: null, spentAt: expect.any(Date), deletedAt: null });
      // The fingerprint stays: it tells a customer's cards apart.
      expect((await shop.get(`/cards/${id}`)).json).toEqual(before.json);
      const again = await shop.pay({ card: id });
      expectField(again, "/card", "card_not_found");
      expect(again.json.detail).toMatch(/Tokenise it again/);
      expect((await shop.delete(`/cards/${id}`)).status).toBe(204);
      expect(await stored(id)).toMatchObject({ number: null, fingerprint: null });
      expectField(await shop.pay({ card: id }), "/card", "card_not_found");
    },
  );

  it("also with one that is declined: it was sent to the acquirer", async () => {
    const shop = await open();
    const id = await shop.addCard({ number: "4000000000000002" });
    expect((await shop.pay({ card: id })).json.status).toBe("failed");
    expect((await stored(id)).number).toBeNull();
  });

  it("not while a payment is pending; from the first that is settled on nothing new is started", async () => {
    const shop = await open();
    const id = await shop.addCard({ number: NEVER_ANSWERS });
    const [one, two] = [await shop.pay({ card: id }), await shop.pay({ card: id })];
    expect((await stored(id)).spentAt).toBeNull();
    await settle(String(one.json.id));
    expect((await stored(id)).number).not.toBeNull();
    expectField(await shop.pay({ card: id }), "/card", "card_not_found");
    await settle(String(two.json.id));
    expect((await stored(id)).number).toBeNull();
  });

  it("a spent card's number goes with its last pending payment, also when the merchant keeps numbers by then", async () => {
    const shop = await open();
    const id = await shop.addCard({ number: NEVER_ANSWERS });
    const [one, two] = [await shop.pay({ card: id }), await shop.pay({ card: id })];
    await settle(String(one.json.id));
    await desk.world.tamper(
      sql`update merchants set vault_mode = 'keep' where id = (select merchant_id from cards where id = ${id})`,
    );
    expect((await stored(id)).number).not.toBeNull();
    await settle(String(two.json.id));
    expect(await stored(id)).toMatchObject({ number: null, spentAt: expect.any(Date) });
  });

  it("a merchant that keeps numbers keeps them", async () => {
    const id = await desk.addCard();
    await desk.pay({ card: id });
    expect((await desk.pay({ card: id })).status).toBe(201);
    expect((await stored(id)).spentAt).toBeNull();
  });
});
