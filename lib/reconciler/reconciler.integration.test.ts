import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, cards, events } from "@/db/schema";
import { startCuttableProxy } from "@/db/testing/cuttable-proxy";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import type { PaymentId } from "@/lib/ids/id";
import { operateOnHold } from "@/lib/payments/operate-on-hold";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findPayment } from "@/lib/payments/payment-store";
import { refundPayment } from "@/lib/payments/refund-payment";
import { contextOf, idIn, openPaymentDesk, type PaymentDesk, statusIn } from "@/lib/payments/testing/payment-desk";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { startReconciler } from "./reconciler";

/** What a call waits for the acquirer here. */
const TIMEOUT_MS = 400;
const DUE_AFTER_MS = 600;
const WITHIN = { timeout: 30_000, interval: 100 };

let sandbox: Sandbox;
let desk: PaymentDesk;
const running: { stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openPaymentDesk(sandbox.url);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((loop) => loop.stop()));
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

const services = (changes: Partial<PaymentServices> = {}) =>
  desk.world.services({ gatewayTimeoutMs: TIMEOUT_MS, ...changes });

function start(changes: Partial<PaymentServices> = {}, databaseUrl = desk.world.database.appUrl) {
  const loop = startReconciler({ databaseUrl, services: async () => services(changes), dueAfterMs: DUE_AFTER_MS });
  running.push(loop);
  return loop;
}

let keys = 0;
const newKey = () => {
  keys += 1;
  return `key-${keys}`;
};

async function pay(number: string, changes: Readonly<Record<string, unknown>> = {}) {
  const card = await desk.world.addCard(desk.merchantId, number);
  const order = desk.call(newKey(), { card, ...changes });
  const answer = await desk.pay(order, { gatewayTimeoutMs: TIMEOUT_MS });
  return { id: idIn(answer.body), answer, order, card };
}

const scope = () => ({ merchantId: desk.merchantId, mode: "test" }) as const;
const statusOf = async (id: PaymentId) => (await findPayment(desk.world.client.db, scope(), id))?.status;

/** Every status that a payment, refund or operation has ever had, and what was told of it. */
async function historyOf(id: string): Promise<{ statuses: unknown[]; events: string[] }> {
  const { db } = desk.world.owner;
  const entries = await db
    .select({ status: sql<string>`${auditEntries.newValues} ->> 'status'` })
    .from(auditEntries)
    .where(and(eq(auditEntries.resourceId, id), sql`${auditEntries.newValues} ? 'status'`))
    .orderBy(auditEntries.id);
  const told = await db.select({ type: events.type }).from(events).where(eq(events.resourceId, id));
  return { statuses: entries.map(({ status }) => status), events: told.map(({ type }) => type) };
}

const request = () =>
  ({ ...scope(), key: newKey(), method: "POST", path: "/", fingerprint: Buffer.alloc(32) }) as const;

const CHAOS = [
  ["4000000000009011", "charges, then never answers"],
  ["4000000000009029", "never answers, and has not charged"],
  ["4000000000009037", "charges, then answers 500"],
  ["4000000000009045", "answers 500 twice without charging"],
  ["4000000000009052", "charges, answers too late"],
  ["4000000000009060", "charges, then resets the connection"],
  ["4000000000009078", "charges, then answers with half a document"],
] as const;

describe("reconciler.ledger: what is unknown becomes what the acquirer's ledger says, and is never failed before", () => {
  const made = new Map<string, Awaited<ReturnType<typeof pay>>>();

  it("two of them, and each chaos card at once", { timeout: 40_000 }, async () => {
    start();
    start();
    await Promise.all(CHAOS.map(async ([number]) => made.set(number, await pay(number))));
    for (const { id } of made.values()) await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
  });

  it.each(CHAOS)("%s: %s", async (number) => {
    const { id, answer, order } = made.get(number) ?? (await pay(number));
    expect(answer.status).toBe(202);
    expect(await historyOf(id)).toEqual({ statuses: ["pending", "captured"], events: ["payment.captured"] });
    const charges = await desk.world.charges({ idempotency_key: id });
    expect(charges).toMatchObject([{ status: "captured", captured: "1234.56" }]);
    // What was stored stays as it was; only GET tells the state of the moment.
    expect(await desk.pay(order)).toEqual({ ...answer, replayed: true });
  });

  it("a card that calls back twenty times is captured by its answer", { timeout: 40_000 }, async () => {
    const { id, answer } = await pay("4000000000009094");
    expect(answer.status).toBe(201);
    expect(await historyOf(id)).toEqual({ statuses: ["pending", "captured"], events: ["payment.captured"] });
  });

  it("4000000000009086: a refund that was done and never answered", { timeout: 40_000 }, async () => {
    start();
    const { id } = await pay("4000000000009086");
    const order = { paymentId: id, amount: "34.56", reason: null };
    const refund = await refundPayment(services(), contextOf(desk.merchantId), request(), order);
    expect(statusIn(refund.body)).toBe("pending");
    await expect.poll(() => statusOf(id), WITHIN).toBe("partially_refunded");
    const { id: refundId } = JSON.parse(refund.body) as { id: string };
    expect(await historyOf(refundId)).toEqual({ statuses: ["pending", "succeeded"], events: ["refund.succeeded"] });
    expect(await desk.world.charges({ idempotency_key: id })).toMatchObject([{ refunded: "34.56" }]);
  });

  it.each([
    ["capture", "captured"],
    ["void", "voided"],
  ] as const)("a %s whose answer was lost", { timeout: 40_000 }, async (type, status) => {
    start();
    const { id } = await pay("4242424242424242", { capture: false });
    const real = createSandboxGateway({ baseUrl: sandbox.url });
    const lost = async (done: Promise<unknown>) => {
      await done;
      return { kind: "unknown", reason: "lost" } as const;
    };
    const deaf = gatewayWith({
      capture: (...call) => lost(real.capture(...call)),
      voidHold: (...call) => lost(real.voidHold(...call)),
    });
    const order = { paymentId: id, type, amount: null } as const;
    const answer = await operateOnHold(services({ gateway: deaf }), contextOf(desk.merchantId), request(), order);
    expect(answer.status).toBe(202);
    await expect.poll(() => statusOf(id), WITHIN).toBe(status);
    expect((await historyOf(id)).statuses).toEqual(["pending", "authorized", status]);
    expect(await desk.world.charges({ idempotency_key: id })).toMatchObject([{ status }]);
  });
});

describe("reconciler.copies: many at once, and any of them may die", () => {
  it("twenty payments at once and two of them: one transition each, one charge each", { timeout: 60_000 }, async () => {
    start();
    start();
    const made = await Promise.all(Array.from({ length: 20 }, () => pay("4000000000009011")));
    for (const { id } of made) {
      await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
      expect(await historyOf(id)).toEqual({ statuses: ["pending", "captured"], events: ["payment.captured"] });
      expect(await desk.world.charges({ idempotency_key: id })).toHaveLength(1);
    }
  });

  it("a job whose process is gone is done by another", { timeout: 60_000 }, async () => {
    const asked = Promise.withResolvers<void>();
    const silent = gatewayWith({
      findCharge: () => {
        asked.resolve();
        return Promise.withResolvers<never>().promise;
      },
    });
    const { id } = await pay("4000000000009011");
    const proxy = await startCuttableProxy(desk.world.database.appUrl);
    const dead = start({ gateway: silent }, proxy.url);
    await asked.promise;
    // It keeps its job for ever, says nothing more of it, and takes no other.
    await proxy.cut();
    start();
    await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
    await proxy.mend();
    running.splice(running.indexOf(dead), 1);
    void dead.stop();
  });

  it("a job that was lost is made anew", { timeout: 60_000 }, async () => {
    const { id } = await pay("4000000000009011");
    const silent = gatewayWith({ findCharge: async () => ({ kind: "unknown", reason: "silent" }) });
    const first = start({ gateway: silent });
    const jobsOf = () =>
      desk.world.owner.db.execute(
        sql`select id from pgboss.job_common where singleton_key = ${id} and state < 'active'`,
      );
    await expect.poll(async () => (await jobsOf()).length, WITHIN).toBe(1);
    await first.stop();
    running.length = 0;
    await desk.world.owner.db.execute(sql`delete from pgboss.job_common`);
    start();
    await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
  });

  it("it goes on after the database was away", { timeout: 60_000 }, async () => {
    const proxy = await startCuttableProxy(desk.world.database.appUrl);
    start({}, proxy.url);
    await sleep(1500);
    await proxy.cut();
    const { id } = await pay("4000000000009011");
    await sleep(1000);
    await proxy.mend();
    await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
  });
});

describe("reconciler.never-guesses", () => {
  it("an acquirer that says nothing leaves it pending, and is asked again", { timeout: 40_000 }, async () => {
    let asked = 0;
    const silent = gatewayWith({
      findCharge: async () => {
        asked += 1;
        return { kind: "unknown", reason: "silent" };
      },
    });
    const { id } = await pay("4000000000009011");
    start({ gateway: silent });
    await expect.poll(() => asked, WITHIN).toBeGreaterThan(2);
    expect(await statusOf(id)).toBe("pending");
    expect((await historyOf(id)).statuses).toEqual(["pending"]);
  });

  it("a charge that never arrived and whose number is gone stays pending: it cannot be sent", {
    timeout: 40_000,
  }, async () => {
    const { id, card } = await pay("4000000000009029");
    const { db } = desk.world.owner;
    await desk.world.tamper(sql`update cards set number = null, deleted_at = now() where id = ${card}`);
    expect(await db.select({ number: cards.number }).from(cards).where(eq(cards.id, card))).toEqual([{ number: null }]);
    start();
    const output = async () => {
      const [row] = await db.execute<{ reason: string | null }>(
        sql`select output ->> 'reason' as reason from pgboss.job_common where singleton_key = ${id}`,
      );
      return row?.reason;
    };
    await expect.poll(output, WITHIN).toMatch(/number is gone/);
    expect(await statusOf(id)).toBe("pending");
    expect(await desk.world.charges({ idempotency_key: id })).toEqual([]);
  });
});

describe("reconciler.final-answer", () => {
  it("a call with a key whose server died gets the final answer once it is settled", { timeout: 60_000 }, async () => {
    const card = await desk.world.addCard(desk.merchantId, "4242424242424242");
    const key = newKey();
    const order = desk.call(key, { card });
    const held = desk.heldBack();
    const lost = desk.pay(order, { gateway: held.gateway, gatewayTimeoutMs: TIMEOUT_MS });
    await held.asked;
    const id = await desk.begunPayment(key);
    start();
    await expect.poll(() => statusOf(id), WITHIN).toBe("captured");
    const again = await desk.pay(order);
    expect(again).toMatchObject({ status: 201, replayed: false });
    expect(statusIn(again.body)).toBe("captured");
    // The first comes back to life: it writes nothing, and finds what the other has stored.
    held.letGo();
    expect(await lost).toEqual({ ...again, replayed: true });
    expect(await desk.world.charges({ idempotency_key: id })).toHaveLength(1);
  });
});
