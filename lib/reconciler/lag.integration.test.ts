import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { newId } from "@/lib/ids/id";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findPayment } from "@/lib/payments/payment-store";
import { idIn, openPaymentDesk, type PaymentDesk } from "@/lib/payments/testing/payment-desk";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { isLagging } from "./due-store";
import { startReconciler } from "./reconciler";

/** What a call waits for the acquirer here. */
const TIMEOUT_MS = 400;
const DUE_AFTER_MS = 600;
const GRACE_MS = 1000;
const ACQUIRER = { identity: "sandbox", mode: "test" } as const;
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

function start(changes: Partial<PaymentServices> = {}) {
  const services = desk.world.services({ gatewayTimeoutMs: TIMEOUT_MS, ...changes });
  const { appUrl } = desk.world.database;
  const loop = startReconciler({ databaseUrl: appUrl, services: async () => services, dueAfterMs: DUE_AFTER_MS });
  running.push(loop);
  return loop;
}

let keys = 0;

/** One whose answer never comes. */
async function pay(number: string) {
  keys += 1;
  const card = await desk.world.addCard(desk.merchantId, number);
  const answer = await desk.pay(desk.call(`key-${keys}`, { card }), { gatewayTimeoutMs: TIMEOUT_MS });
  return { id: idIn(answer.body) };
}

describe("reconciler.lag", () => {
  it("is seen when nobody asks, and not while an acquirer does not answer", { timeout: 60_000 }, async () => {
    const { client } = desk.world;
    const lag = () => isLagging(client.db, ACQUIRER, DUE_AFTER_MS, GRACE_MS);
    const settled = start();
    await expect.poll(lag, WITHIN).toBe(false);
    await settled.stop();
    running.length = 0;
    await sleep(GRACE_MS);
    const { id } = await pay("4000000000009011");
    await expect.poll(lag, WITHIN).toBe(true);
    start({ gateway: gatewayWith({ findCharge: async () => ({ kind: "unknown", reason: "silent" }) }) });
    await expect.poll(lag, WITHIN).toBe(false);
    const payment = await findPayment(client.db, { merchantId: desk.merchantId, mode: "test" }, id);
    expect(payment?.status).toBe("pending");
  });

  it("is not seen while jobs are taken, however many wait: the fault is a silent acquirer and a great heap", {
    timeout: 60_000,
  }, async () => {
    const { client, owner } = desk.world;
    await pay("4000000000009011");
    await expect.poll(() => isLagging(client.db, ACQUIRER, DUE_AFTER_MS, GRACE_MS), WITHIN).toBe(true);
    const job = newId("pay");
    const take = (state: string, taken: string) =>
      owner.db.execute(sql`
        insert into pgboss.job_common (name, policy, state, singleton_key, start_after, started_on, completed_on)
        values ('reconcile', 'exclusive', ${state}::pgboss.job_state, ${job}, now() + interval '1 hour', now() - ${taken}::interval,
                case when ${state} = 'completed' then now() - ${taken}::interval end)`);
    const lags = async (state: string, taken: string) => {
      await take(state, taken);
      const lagging = await isLagging(client.db, ACQUIRER, DUE_AFTER_MS, GRACE_MS);
      await owner.db.execute(sql`delete from pgboss.job_common where singleton_key = ${job}`);
      return lagging;
    };
    for (const state of ["active", "retry", "completed"]) {
      expect([state, await lags(state, "0 seconds")]).toEqual([state, false]);
      expect([state, await lags(state, "1 hour")]).toEqual([state, true]);
    }
  });

  it("many are asked about at once: one that is silent holds up no other", { timeout: 60_000 }, async () => {
    const asked = new Set<string>();
    const heap = Array.from({ length: 60 }, () => ({ paymentId: newId("pay") }));
    const { id } = await pay("4000000000009011");
    await desk.world.tamper(sql`
      insert into payments
      select (jsonb_populate_record(p, jsonb_build_object('id', v."paymentId", 'created_at', now() - interval '1 minute'))).*
        from payments p, json_to_recordset(${JSON.stringify(heap)}::text::json) as v("paymentId" text) where p.id = ${id}`);
    const silent = gatewayWith({
      findCharge: ({ paymentId }) => {
        asked.add(paymentId);
        return sleep(4000, { kind: "unknown", reason: "silent" } as const);
      },
    });
    start({ gateway: silent, gatewayTimeoutMs: 5000 });
    // Nobody's answer has come by the time that all have been asked about.
    await expect.poll(() => asked.size, { timeout: 3900, interval: 50 }).toBeGreaterThan(60);
  });
});
