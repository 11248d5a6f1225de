import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { chargeRequest, lookupOf, options } from "@/lib/gateway/testing/requests";
import type { PaymentId } from "@/lib/ids/id";
import { reconcile } from "@/lib/reconciler/reconcile";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { createPayment } from "./create-payment";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { contextOf, idIn, statusIn } from "./testing/payment-desk";

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

const lost = async () => ({ kind: "unknown", reason: "no answer" }) as const;
/** What a server is set up for whose GATEWAY, or whose Stripe account, was changed. Any call to it fails the test. */
const other = { ...gatewayWith({}), identity: "stripe:acct_0123456789abcdef:test" };
const subjectOf = (payment: { id: PaymentId }) => ({ ...desk.scope, paymentId: payment.id });

/** Begun, and the answer lost before the acquirer was reached. */
async function payLost() {
  const key = desk.newKey();
  const call = desk.call(key, { amount: "100.00" });
  const { body } = await desk.pay(call, { gateway: gatewayWith({ charge: lost }) });
  return { id: idIn(body), key, call };
}

describe("acquirer.kept: whatever is begun says where", () => {
  it("a payment, a capture, a void and a refund hold the acquirer's identity", async () => {
    const [taken, captured, voided] = [await desk.payFor(), await desk.hold(), await desk.hold()];
    await desk.refund(taken, "1.00");
    await desk.capture(captured);
    await desk.voidHold(voided);
    const rows = [
      ...(await Promise.all([taken, captured, voided].map(desk.payment))),
      ...(await desk.refundsOf(taken)),
      ...(await desk.operationsOf(captured)),
      ...(await desk.operationsOf(voided)),
    ];
    expect(rows.map(({ gateway }) => gateway)).toEqual(Array(6).fill("sandbox"));
  });
});

describe("acquirer.changed: the fault is another GATEWAY or account while something is pending; there it would be done again", () => {
  it("a pending payment is neither asked about nor sent there, and is settled once where it was begun", async () => {
    const { id } = await payLost();
    const subject = { kind: "payment", ...subjectOf({ id }) } as const;
    expect(await reconcile(desk.world.services({ gateway: other }), subject)).toEqual({ kind: "elsewhere" });
    expect((await desk.payment(id)).status).toBe("pending");
    expect(await reconcile(desk.world.services(), subject)).toEqual({ kind: "settled", status: "captured" });
    expect(await desk.ledger(id)).toMatchObject({ status: "captured", captured: "100.00" });
  });

  it("a call that takes over its key answers pending, and sends nothing", async () => {
    const held = desk.heldBack();
    const call = desk.call(desk.newKey(), { amount: "100.00" });
    void desk.pay(call, { gateway: held.gateway });
    await held.asked;
    await desk.endLease(call.request.key);
    const answer = await desk.pay(call, { gateway: other });
    expect([answer.status, statusIn(answer.body)]).toEqual([202, "pending"]);
    held.letGo();
  });

  it.each(["capture", "voidHold"] as const)("a pending %s is not sent there", async (what) => {
    const id = await desk.hold();
    const gateway = gatewayWith({ capture: lost, voidHold: lost });
    await (what === "capture" ? desk.capture(id, null, { gateway }) : desk.voidHold(id, { gateway }));
    const { operation } = await desk.payment(id);
    if (!operation) throw new Error("no operation is under way");
    const subject = { kind: "operation", ...subjectOf({ id }), operationId: operation.id } as const;
    expect(await reconcile(desk.world.services({ gateway: other }), subject)).toEqual({ kind: "elsewhere" });
    expect(await reconcile(desk.world.services(), subject)).toMatchObject({ kind: "settled" });
  });

  it("a pending refund is not sent there", async () => {
    const id = await desk.payFor();
    await desk.refund(id, "40.00", { gateway: gatewayWith({ refund: lost }) });
    const [refund] = await desk.refundsOf(id);
    if (!refund) throw new Error("there is no refund");
    const subject = { kind: "refund", ...subjectOf({ id }), refundId: refund.id } as const;
    expect(await reconcile(desk.world.services({ gateway: other }), subject)).toEqual({ kind: "elsewhere" });
    expect(await desk.ledger(id)).toMatchObject({ refunded: "0.00" });
    expect(await reconcile(desk.world.services(), subject)).toEqual({ kind: "settled", status: "succeeded" });
  });

  it("captures, voids and refunds of what was taken elsewhere: 409 that says what to do, nothing begun, the key free", async () => {
    const [taken, held] = [await desk.payFor(), await desk.hold()];
    for (const [id, begin] of [
      [held, (key: string, gateway = other) => desk.capture(held, null, { key, gateway })],
      [held, (key: string, gateway = other) => desk.voidHold(held, { key, gateway })],
      [taken, (key: string, gateway = other) => desk.refund(taken, "1.00", { key, gateway })],
    ] as const) {
      const key = desk.newKey();
      await expect(begin(key)).rejects.toMatchObject({
        code: "invalid_state",
        message: expect.stringMatching(/another acquirer or account/),
      });
      expect([await desk.operationsOf(id), await desk.refundsOf(id), await desk.storedKey(key)]).toEqual([
        [],
        [],
        null,
      ]);
    }
    expect((await desk.capture(held)).status).toBe(200);
    expect((await desk.refund(taken, "1.00")).status).toBe(201);
  });

  it("account.mistyped: while it is in doubt whose account it is nothing is begun, 503; a known key has its answer, the others are free", async () => {
    const gateway = gatewayWith({ doubt: async () => ({ kind: "unknown", reason: "not asked yet" }) });
    const [known, held] = [desk.call(desk.newKey(), { amount: "100.00" }), await desk.hold()];
    const paid = await desk.pay(known);
    const id = idIn(paid.body);
    const key = desk.newKey();
    const unavailable = { code: "service_unavailable", status: 503, retryAfterSeconds: 2 };
    await expect(desk.pay(desk.call(key, { amount: "1.00" }), { gateway })).rejects.toMatchObject(unavailable);
    await expect(desk.refund(id, "1.00", { key, gateway })).rejects.toMatchObject(unavailable);
    await expect(desk.capture(held, null, { key, gateway })).rejects.toMatchObject(unavailable);
    expect([await desk.storedKey(key), await desk.refundsOf(id), await desk.operationsOf(held)]).toEqual([
      null,
      [],
      [],
    ]);
    expect(await desk.pay(known, { gateway })).toEqual({ ...paid, replayed: true });
    expect((await desk.pay(desk.call(key, { amount: "1.00" }))).status).toBe(201);
  });

  it("what is older than the column counts as begun here", async () => {
    const id = await desk.payFor();
    await desk.world.tamper(sql`update payments set gateway = null where id = ${id}`);
    expect((await desk.refund(id, "1.00")).status).toBe(201);
  });
});

describe("acquirer.mode: the attack is a live payment at an acquirer that moves no real money, taken for paid", () => {
  const scope = () => ({ merchantId: desk.merchantId, mode: "live" }) as const;

  it("is refused before anything is recorded, and the key stays free", async () => {
    const card = await desk.world.addCard(desk.merchantId);
    await desk.world.tamper(sql`update cards set mode = 'live' where id = ${card}`);
    const { request, order } = desk.call(desk.newKey(), { card });
    const services = desk.world.services({ gateway: gatewayWith({}) });
    const live = [
      { ...request, ...scope() },
      { ...order, scope: scope() },
    ] as const;
    const pay = () => createPayment(services, contextOf(desk.merchantId), ...live);
    await expect(pay()).rejects.toMatchObject({
      code: "permission_denied",
      message: expect.stringMatching(/in test mode only/),
    });
    expect(await desk.storedKey(request.key)).toBeNull();
    const { status } = await createPayment(
      { ...services, gateway: gatewayWith({ charge: lost, mode: "live" }) },
      ...([contextOf(desk.merchantId), ...live] as const),
    );
    expect(status).toBe(202);
  });

  it("the sandbox is sent none, and finds none", async () => {
    const gateway = createSandboxGateway({ baseUrl: sandbox.url });
    const request = chargeRequest("4242424242424242", { mode: "live" });
    expect(await gateway.charge(request, options)).toMatchObject({ kind: "declined", gatewayReference: null });
    expect(await gateway.findCharge(lookupOf(request), options)).toMatchObject({ kind: "unknown" });
    expect(await desk.world.charges({ idempotency_key: request.paymentId })).toEqual([]);
  });
});

describe("refund.frozen: the fault is a refund that a crash has left unsent, and is sent once no money may leave", () => {
  const freeze = (at: "now()" | "null") =>
    desk.world.tamper(sql`update merchants set money_out_frozen_at = ${sql.raw(at)} where id = ${desk.merchantId}`);

  async function pendingRefund(gateway: PaymentGateway) {
    const [id, key] = [await desk.payFor(), desk.newKey()];
    await desk.refund(id, "40.00", { key, gateway });
    const [refund] = await desk.refundsOf(id);
    if (!refund) throw new Error("there is no refund");
    return { id, key, subject: { kind: "refund", ...subjectOf({ id }), refundId: refund.id } as const };
  }
  const services = () => desk.world.services();

  it("stays pending while the freeze stands, is not sent, and is sent once it is lifted", async () => {
    const { id, subject } = await pendingRefund(gatewayWith({ refund: lost }));
    await freeze("now()");
    expect(await reconcile(services(), subject)).toEqual({
      kind: "unknown",
      reason: expect.stringContaining("frozen"),
    });
    expect([await desk.ledger(id), await desk.refundsOf(id)]).toMatchObject([
      { refunded: "0.00" },
      [{ status: "pending" }],
    ]);
    await freeze("null");
    expect(await reconcile(services(), subject)).toEqual({ kind: "settled", status: "succeeded" });
    expect(await desk.ledger(id)).toMatchObject({ refunded: "40.00" });
  });

  it("one that had been sent is asked about, and settled", async () => {
    const real = createSandboxGateway({ baseUrl: sandbox.url });
    const sentAndLost = gatewayWith({
      refund: async (...call) => {
        await real.refund(...call);
        return lost();
      },
    });
    const { id, subject } = await pendingRefund(sentAndLost);
    await freeze("now()");
    const asked = gatewayWith({ findRefund: real.findRefund });
    expect(await reconcile(desk.world.services({ gateway: asked }), subject)).toEqual({
      kind: "settled",
      status: "succeeded",
    });
    await freeze("null");
    expect(await desk.ledger(id)).toMatchObject({ refunded: "40.00" });
  });

  it("a call that takes over its key sends nothing either", async () => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof lost>>>();
    const [id, key] = [await desk.payFor(), desk.newKey()];
    const crashed = desk.refund(id, "40.00", { key, gateway: gatewayWith({ refund: () => promise }) });
    await expect.poll(() => desk.refundsOf(id)).toHaveLength(1);
    await freeze("now()");
    await desk.endLease(key);
    const again = await desk.refund(id, "40.00", { key });
    await freeze("null");
    expect([statusIn(again.body), (await desk.ledger(id)).refunded]).toEqual(["pending", "0.00"]);
    resolve(lost());
    await crashed;
  });
});
