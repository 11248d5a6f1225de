import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { HANGS, killAt } from "./testing/kill-server";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { idIn, statusIn } from "./testing/payment-desk";

let sandbox: Sandbox;
let desk: OperationDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openOperationDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

/** A process takes its time to start when all the others do too. */
const TIMEOUT_MS = 60_000;

const places = () => ({ databaseUrl: desk.world.database.appUrl, acquirerUrl: sandbox.url });

describe("idempotency.two-servers: the attack is to press the button two hundred times, at two servers, and to pull one's plug", () => {
  it(
    "one charge; whoever gets an answer gets the same bytes, and nobody an error of ours",
    async () => {
      const key = desk.newKey();
      const body = { amount: "5.00", currency: "INR", card: desk.card, reference: "two hundred" };
      const order = desk.world.call(desk.merchantId, key, body);
      const answers: Promise<IdempotentAnswer>[] = [];
      const call = { kind: "payment", body } as const;
      await killAt("after the call", order.request, { ...places(), call, calls: 100 }, async () => {
        answers.push(...Array.from({ length: 100 }, () => desk.pay(order)));
        await sleep(300);
      });
      await desk.endLease(key);
      const settled = await Promise.allSettled(answers);
      const bodies = settled.map((one) =>
        one.status === "fulfilled" ? `${one.value.status} ${one.value.body}` : `${one.reason.code}`,
      );
      const given = new Set(bodies.filter((text) => text !== "idempotency_key_in_use"));
      expect(given.size).toBe(1);
      const final = await desk.pay(order);
      expect([...given]).toEqual([`${final.status} ${final.body}`]);
      expect(await desk.world.charges({ reference: "two hundred" })).toHaveLength(1);
      expect(await desk.storedKey(key)).toMatchObject({ fence: 2 });
      expect((await desk.told(idIn(final.body))).audit).toEqual(["payment.created", "payment.captured"]);
    },
    TIMEOUT_MS,
  );
});

/** Each process takes seconds to start. The other moments are acted out within one in operation-crash. */
const MOMENTS = inject("isFull") ? HANGS : (["before the last commit"] as const);
const MOMENTS_OF_A_REFUND = inject("isFull") ? (["after the call", "before the last commit"] as const) : [];

describe.concurrent("crash.kill-9: the server dies", () => {
  it.each(MOMENTS)(
    "%s: one charge, and the next call with the key gets the final answer",
    async (hang) => {
      const key = desk.newKey();
      const body = { amount: "77.00", currency: "INR", card: desk.card, reference: `killed ${hang}` };
      const order = desk.world.call(desk.merchantId, key, body);
      await killAt(hang, order.request, { ...places(), call: { kind: "payment", body } });
      await desk.endLease(key);
      const answer = await desk.pay(order);
      expect([answer.status, statusIn(answer.body)]).toEqual([201, "captured"]);
      expect(answer.replayed).toBe(hang === "after the last commit");
      expect(await desk.pay(order)).toEqual({ ...answer, replayed: true });
      expect(await desk.world.charges({ reference: `killed ${hang}` })).toHaveLength(1);
      expect(await desk.told(idIn(answer.body))).toEqual({
        audit: ["payment.created", "payment.captured"],
        events: ["payment.captured"],
      });
    },
    TIMEOUT_MS,
  );

  // The other moments are the same for all that is done under a key; they are killed above, and acted out in operation-crash.
  it.each(MOMENTS_OF_A_REFUND)(
    "%s of a refund: given back once, and the next call gets the final answer",
    async (hang) => {
      const [id, key] = [await desk.payFor(), desk.newKey()];
      const order = { paymentId: id, amount: "30.00", reason: null };
      const request = desk.refundRequest(id, order.amount, key);
      await killAt(hang, request, { ...places(), call: { kind: "refund", order } });
      await desk.endLease(key);
      const answer = await desk.refund(id, order.amount, { key });
      expect([answer.status, statusIn(answer.body), answer.replayed]).toEqual([201, "succeeded", false]);
      expect(await desk.refundsOf(id)).toHaveLength(1);
      expect(await desk.ledger(id)).toMatchObject({ captured: "100.00", refunded: "30.00" });
      expect(await desk.told(id)).toEqual({
        audit: [
          ...["payment.created", "payment.captured"],
          ...["refund.created", "refund.succeeded", "payment.partially_refunded"],
        ],
        events: ["payment.captured", "refund.succeeded"],
      });
    },
    TIMEOUT_MS,
  );
});
