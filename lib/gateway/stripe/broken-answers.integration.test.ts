import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import type { PaymentGateway } from "../payment-gateway";
import { createStripeGateway } from "../stripe-gateway";
import { BROKEN_ANSWERS, startBroken } from "../testing/broken-acquirers";
import { chargeRequest, lookupOf, options } from "../testing/requests";
import { ACCOUNT_ID, SECRET_KEY } from "./testing/start-stripe";

describe("gateway.never-guesses", () => {
  const request = chargeRequest("4242424242424242");
  const { amount, paymentId } = request;
  const known = { paymentId, gatewayReference: "pi_1", amount };
  const ask: [string, (at: PaymentGateway) => Promise<{ kind: string }>][] = [
    ["charge", (at) => at.charge(request, options)],
    ["find", (at) => at.findCharge(lookupOf(request), options)],
    ["capture", (at) => at.capture({ ...known, operationId: newId("op"), authorized: amount }, options)],
    ["void", (at) => at.voidHold({ ...known, operationId: newId("op") }, options)],
    ["refund", (at) => at.refund({ ...known, refundId: newId("ref") }, options)],
  ];

  it.each(BROKEN_ANSWERS.filter(([what]) => what !== "too much"))("Stripe sends %s", async (_what, reason, answer) => {
    const broken = await startBroken(answer);
    const at = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: broken.url });
    const outcomes = await Promise.all(ask.map(([, call]) => call(at)));
    broken.stop();
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ kind: "unknown", reason: expect.stringMatching(reason) });
      expect(JSON.stringify(outcome)).not.toMatch(/4242|sk_test/);
    }
    // A charge opens an intent and gives the card at the same time; nothing is ever sent again.
    expect(broken.requests()).toBe(ask.length + 1);
  });

  it.each(["null", "[]", "5", '"text"', "{}", '{"error":null}', '{"error":"x"}', '{"data":[],"has_more":true}'])(
    "Stripe answers %s",
    async (text) => {
      const length = Buffer.byteLength(text);
      const broken = await startBroken((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${text}`),
      );
      const at = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: broken.url });
      const outcomes = await Promise.all(ask.map(([, call]) => call(at)));
      broken.stop();
      expect(outcomes.map(({ kind }) => kind)).toEqual(Array(ask.length).fill("unknown"));
    },
  );

  it("Stripe is not there", async () => {
    const at = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: "http://127.0.0.1:9" });
    for (const [, call] of ask) {
      expect(await call(at)).toEqual({ kind: "unknown", reason: expect.stringContaining("connection lost") });
    }
  });
});
