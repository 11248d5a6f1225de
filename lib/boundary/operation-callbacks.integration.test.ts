import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { money } from "@/lib/gateway/testing/requests";
import { newId } from "@/lib/ids/id";
import { operateOnHold } from "@/lib/payments/operate-on-hold";
import { refundPayment } from "@/lib/payments/refund-payment";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { type CallbackDesk, chargeCallback, openCallbackDesk, sign, tell } from "./testing/callback-desk";

let desk: CallbackDesk;
beforeAll(async () => {
  desk = await openCallbackDesk();
});
afterAll(() => desk.close());

const send = (body: string) => tell(body, sign(body));

describe("callbacks about captures, voids and refunds", () => {
  const services = () => desk.world.services({ gatewayTimeoutMs: 300 });

  /** Does it at the acquirer, and loses the answer. */
  const deaf = () => {
    const lost = async (done: Promise<unknown>) => {
      await done;
      return { kind: "unknown", reason: "lost" } as const;
    };
    const { gateway } = desk;
    return {
      ...services(),
      gateway: {
        ...gateway,
        capture: (...call: Parameters<typeof gateway.capture>) => lost(gateway.capture(...call)),
        voidHold: (...call: Parameters<typeof gateway.voidHold>) => lost(gateway.voidHold(...call)),
      },
    };
  };

  it.each([
    ["capture", "7.50", "captured"],
    ["void", null, "voided"],
  ] as const)("a %s whose answer is lost is settled by its callback", async (type, amount, status) => {
    const { id } = await desk.pay("4242424242424242", { capture: false }, 5_000);
    const order = { paymentId: id, type, amount } as const;
    const answer = await operateOnHold(deaf(), contextOf(desk.merchantId), desk.request(), order);
    expect(answer.status).toBe(202);
    await expect.poll(async () => (await desk.row(id)).status, { timeout: 5_000 }).toBe(status);
    expect(await desk.transitions(id)).toEqual({ updates: 2, events: ["payment.authorized", `payment.${status}`] });
    if (amount !== null) expect((await desk.row(id)).capturedMinor).toBe(750n);
  });

  it("a refund of 4000000000009086, done and never answered, is settled by its callback", async () => {
    const { id } = await desk.pay("4000000000009086", {}, 5_000);
    const order = { paymentId: id, amount: "34.56", reason: null };
    const answer = await refundPayment(services(), contextOf(desk.merchantId), desk.request(), order);
    // The callback comes while the call waits for its answer, and the call then tells what it settled.
    expect(JSON.parse(answer.body)).toMatchObject({ status: "succeeded" });
    await expect.poll(async () => (await desk.row(id)).status, { timeout: 5_000 }).toBe("partially_refunded");
    expect(await desk.row(id)).toMatchObject({ refundedMinor: 3456n, refundPendingMinor: 0n });
    expect(await desk.world.charges({ idempotency_key: id })).toMatchObject([{ refunded: "34.56" }]);
  });

  it("one that we never asked for is refused and reported", async () => {
    const { id } = await desk.pay("4242424242424242", { capture: false }, 5_000);
    const { gatewayReference } = await desk.row(id);
    if (gatewayReference === null) throw new Error("nothing was approved");
    const call = { operationId: newId("op"), paymentId: id, gatewayReference };
    await desk.gateway.voidHold(
      { ...call, amount: money("1234.56", "INR") },
      { timeoutMs: 5_000, requestId: "req_test" },
    );
    await expect
      .poll(() => desk.reports(id), { timeout: 5_000 })
      .toMatchObject([{ details: { reason: "no such operation" } }]);
    expect((await desk.row(id)).status).toBe("authorized");
  });

  it("a refund with another amount is refused, and what it claims stays claimed", async () => {
    const { id } = await desk.pay("4000000000009086", {}, 5_000);
    desk.address.open(false);
    const order = { paymentId: id, amount: "34.56", reason: null };
    const answer = await refundPayment(services(), contextOf(desk.merchantId), desk.request(), order);
    const refund = JSON.parse(answer.body) as { id: string };
    const charge = { id: (await desk.row(id)).gatewayReference };
    const told = {
      ...{ id: "re_1", idempotency_key: refund.id, charge: charge.id },
      currency: "INR",
      status: "succeeded",
    };
    const about = { type: "refund.succeeded", key: refund.id, charge: { ...charge, status: "refunded" } };
    const payment = { id, merchantId: desk.merchantId };
    expect(await send(chargeCallback(payment, { ...about, refund: { ...told, amount: "34.57" } }))).toMatchObject({
      status: 422,
    });
    expect(await desk.row(id)).toMatchObject({ status: "captured", refundPendingMinor: 3456n });
    expect(await send(chargeCallback(payment, { ...about, refund: { ...told, amount: "34.56" } }))).toMatchObject({
      status: 200,
    });
    expect(await desk.row(id)).toMatchObject({ status: "partially_refunded", refundPendingMinor: 0n });
    desk.address.open(true);
  });
});
