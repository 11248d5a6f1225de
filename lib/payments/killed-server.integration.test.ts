import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

describe.concurrent("crash.kill-9: the server dies", () => {
  it.each(HANGS)(
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

  it.each(HANGS)(
    "%s of a refund: given back once, and the next call gets the final answer",
    async (hang) => {
      const [id, key] = [await desk.payFor(), desk.newKey()];
      const order = { paymentId: id, amount: "30.00", reason: null };
      const request = desk.refundRequest(id, order.amount, key);
      await killAt(hang, request, { ...places(), call: { kind: "refund", order } });
      await desk.endLease(key);
      const answer = await desk.refund(id, order.amount, { key });
      expect([answer.status, statusIn(answer.body), answer.replayed]).toEqual([
        201,
        "succeeded",
        hang === "after the last commit",
      ]);
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
