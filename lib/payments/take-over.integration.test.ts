import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { payments } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { settlePayment } from "./payment-moves-store";
import { findPayment } from "./payment-store";
import { contextOf, idIn, openPaymentDesk, type PaymentDesk, statusIn } from "./testing/payment-desk";

let sandbox: Sandbox;
let desk: PaymentDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openPaymentDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

let keys = 0;
function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

describe("crash.same-payment: the server dies in the middle", () => {
  it("before the answer was stored: the next call finds the charge of the same payment, and sends none", async () => {
    const key = newKey();
    const { findCharge } = createSandboxGateway({ baseUrl: sandbox.url });
    // Charged, and then gone: this call never comes back.
    const dying = desk.heldBack();
    void desk.pay(desk.call(key, { cvc: "123" }), { gateway: dying.gateway });
    await dying.asked;
    const id = await desk.begunPayment(key);
    await desk.endLease(key);
    const answer = await desk.pay(desk.call(key), { gateway: gatewayWith({ findCharge }) });
    expect(answer).toMatchObject({ status: 201, replayed: false });
    expect(idIn(answer.body)).toBe(id);
    expect(await desk.chargesOf(answer.body)).toHaveLength(1);
    expect(await desk.pay(desk.call(key))).toEqual({ ...answer, replayed: true });
  });

  it("before the acquirer was asked: the next call charges for the first time, without the code", async () => {
    const key = newKey();
    const real = createSandboxGateway({ baseUrl: sandbox.url });
    const never = Promise.withResolvers<never>();
    void desk.pay(desk.call(key, { cvc: "123" }), { gateway: gatewayWith({ charge: () => never.promise }) });
    const id = await desk.begunPayment(key);
    await desk.endLease(key);
    const seen: (string | null)[] = [];
    const gateway = gatewayWith({
      findCharge: real.findCharge,
      charge: (request, options) => {
        seen.push(request.cvc);
        return real.charge(request, options);
      },
    });
    const answer = await desk.pay(desk.call(key, { cvc: "123" }), { gateway });
    expect(seen).toEqual([null]);
    expect(idIn(answer.body)).toBe(id);
    expect(await desk.chargesOf(answer.body)).toHaveLength(1);
  });

  it("ten calls that come after the lease has ended make one take-over and one charge", async () => {
    const key = newKey();
    void desk.pay(desk.call(key), { gateway: gatewayWith({ charge: () => Promise.withResolvers<never>().promise }) });
    await desk.begunPayment(key);
    await desk.endLease(key);
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.pay(desk.call(key))));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await desk.chargesOf(answers[0]?.body ?? "")).toHaveLength(1);
    expect((await desk.storedKey(key))?.fence).toBe(2);
  });

  it("an error on the way back from the acquirer leaves the payment to be finished, not lost", async () => {
    const key = newKey();
    const broken = gatewayWith({ charge: () => Promise.reject(new Error("out of memory")) });
    await expect(desk.pay(desk.call(key), { gateway: broken })).rejects.toThrow("out of memory");
    const id = await desk.begunPayment(key);
    await desk.endLease(key);
    expect(idIn((await desk.pay(desk.call(key))).body)).toBe(id);
  });
});

describe("fencing: the attack is a holder that was asleep and wakes up after it was replaced", () => {
  it("its late answer is refused, and it gets the answer of whoever took over", async () => {
    const key = newKey();
    const sleeper = desk.heldBack();
    const stale = desk.pay(desk.call(key), { gateway: sleeper.gateway });
    await sleeper.asked;
    await desk.endLease(key);
    const taken = await desk.pay(desk.call(key));
    const before = await desk.storedKey(key);
    sleeper.letGo();
    expect(await stale).toEqual({ ...taken, replayed: true });
    // That the stale call was given the stored answer is counted; nothing else has changed.
    const counted = { replays: 1, lastReplayedAt: expect.any(Date) };
    expect(await desk.storedKey(key)).toEqual({ ...before, ...counted });
  });

  it("also when the late answer is another one: what it says is not written", async () => {
    const key = newKey();
    const wake = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const liar = gatewayWith({
      charge: async () => {
        asked.resolve();
        await wake.promise;
        return { kind: "declined", code: "card_declined", message: "No.", gatewayReference: null };
      },
    });
    const stale = desk.pay(desk.call(key), { gateway: liar });
    await asked.promise;
    await desk.endLease(key);
    const taken = await desk.pay(desk.call(key));
    expect(statusIn(taken.body)).toBe("captured");
    wake.resolve();
    expect((await stale).body).toBe(taken.body);
    const row = await findPayment(
      desk.world.client.db,
      { merchantId: desk.merchantId, mode: "test" },
      idIn(taken.body),
    );
    expect(row?.status).toBe("captured");
  });

  it("while the new holder is still asking, the late answer of the old one is refused as well", async () => {
    const key = newKey();
    const [first, second] = [desk.heldBack(), desk.heldBack()];
    const stale = desk.pay(desk.call(key), { gateway: first.gateway });
    await first.asked;
    await desk.endLease(key);
    const next = desk.pay(desk.call(key), { gateway: second.gateway });
    await second.asked;
    first.letGo();
    await sleep(200);
    expect((await desk.storedKey(key))?.completedAt).toBeNull();
    second.letGo();
    const answer = await next;
    expect(answer.replayed).toBe(false);
    expect(await stale).toEqual({ ...answer, replayed: true });
    expect(await desk.chargesOf(answer.body)).toHaveLength(1);
  });

  it("a payment that was settled meanwhile by another part is answered as it stands, and stays as it was", async () => {
    const key = newKey();
    const sleeper = desk.heldBack();
    const running = desk.pay(desk.call(key), { gateway: sleeper.gateway });
    await sleeper.asked;
    const id = await desk.begunPayment(key);
    const settled = await transact(desk.world.owner, contextOf(desk.merchantId), (tx) =>
      settlePayment(tx, id, {
        status: "captured",
        capturedMinor: 123_456n,
        failureCode: null,
        failureMessage: null,
        gatewayReference: "ch_settled_elsewhere",
        updatedAt: new Date(),
      }),
    );
    expect(settled).toBe(true);
    sleeper.letGo();
    const answer = await running;
    expect(JSON.parse(answer.body)).toMatchObject({
      id,
      status: "captured",
      gateway_reference: "ch_settled_elsewhere",
    });
    expect(await desk.pay(desk.call(key))).toEqual({ ...answer, replayed: true });
  });

  it("a payment that was settled before its holder was replaced is not charged again", async () => {
    const key = newKey();
    void desk.pay(desk.call(key), { gateway: gatewayWith({ charge: () => Promise.withResolvers<never>().promise }) });
    const id = await desk.begunPayment(key);
    await transact(desk.world.owner, contextOf(desk.merchantId), (tx) =>
      tx
        .update(payments)
        .set({ status: "captured", capturedMinor: 123_456n, gatewayReference: "ch_settled_before" })
        .where(eq(payments.id, id)),
    );
    await desk.endLease(key);
    const unasked = gatewayWith({ charge: () => Promise.reject(new Error("asked again")) });
    const answer = await desk.pay(desk.call(key), { gateway: unasked });
    expect(JSON.parse(answer.body)).toMatchObject({ id, status: "captured", gateway_reference: "ch_settled_before" });
  });
});
