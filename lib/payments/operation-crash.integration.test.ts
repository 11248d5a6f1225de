import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transact } from "@/db/transact";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { askAboutCharge, askAboutRefund, sendOperation } from "./ask-acquirer";
import { findRefund } from "./refund-store";
import { settleOperation } from "./settle-operation";
import { settlePendingPayment } from "./settle-payment";
import { settleRefund } from "./settle-refund";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { codeOf, idIn, statusIn } from "./testing/payment-desk";

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

const OPERATIONS = ["capture", "voidHold", "refund"] as const;
type Operation = (typeof OPERATIONS)[number];

const subjectOf = (what: Operation) => (what === "refund" ? desk.payFor() : desk.hold());

function call(what: Operation, id: Awaited<ReturnType<typeof subjectOf>>, key: string, gateway?: PaymentGateway) {
  const services = { key, ...(gateway ? { gateway } : {}) };
  return what === "voidHold" ? desk.voidHold(id, services) : desk[what](id, "10.00", services);
}

const MOVED = { capture: ["10.00", "0.00"], voidHold: ["0.00", "0.00"], refund: ["100.00", "10.00"] } as const;
const EVENTS = {
  capture: ["payment.authorized", "payment.captured"],
  voidHold: ["payment.authorized", "payment.voided"],
  refund: ["payment.captured", "refund.succeeded"],
} as const;

/** The money moved once, and was told of once. */
async function expectOnce(what: Operation, id: Awaited<ReturnType<typeof subjectOf>>) {
  const { captured, refunded } = await desk.ledger(id);
  expect([captured, refunded]).toEqual(MOVED[what]);
  expect((await desk.told(id)).events).toEqual(EVENTS[what]);
  expect(await desk.payment(id)).toMatchObject({ operation: null, refundPendingMinor: 0n });
}

describe.each(OPERATIONS)("%s, when its server dies in the middle", (what) => {
  it("before the acquirer was asked: the next call with the key does it", async () => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const asked = Promise.withResolvers<void>();
    const silent = () => {
      asked.resolve();
      return Promise.withResolvers<never>().promise;
    };
    void call(what, id, key, gatewayWith({ capture: silent, voidHold: silent, refund: silent }));
    await asked.promise;
    await desk.endLease(key);
    expect((await call(what, id, key)).replayed).toBe(false);
    await expectOnce(what, id);
  });

  it("after the acquirer did it: the next call learns so, and its answer is replayed", async () => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const dying = desk.heldBack();
    void call(what, id, key, dying.gateway);
    await dying.asked;
    await desk.endLease(key);
    const answer = await call(what, id, key);
    await expectOnce(what, id);
    expect(await call(what, id, key)).toEqual({ ...answer, replayed: true });
  });

  it("a holder that was asleep past its lease writes nothing, and gets the answer of whoever took over", async () => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const sleeper = desk.heldBack();
    const stale = call(what, id, key, sleeper.gateway);
    await sleeper.asked;
    await desk.endLease(key);
    const taken = await call(what, id, key);
    sleeper.letGo();
    expect(await stale).toEqual({ ...taken, replayed: true });
    expect((await desk.storedKey(key))?.fence).toBe(2);
    await expectOnce(what, id);
  });

  it("another body under the key while the first runs: 422, and the first is unharmed", async () => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const first = desk.heldBack();
    const running = call(what, id, key, first.gateway);
    await first.asked;
    const other = what === "voidHold" ? desk.capture(id, "1.00", { key }) : desk[what](id, "1.00", { key });
    expect(await codeOf(other)).toBe("idempotency_key_reused");
    first.letGo();
    expect((await running).replayed).toBe(false);
    expect(await desk.storedKey(key)).toMatchObject({ conflicts: 1, replays: 0, lastConflictAt: expect.any(Date) });
    await expectOnce(what, id);
  });
});

describe("outcome-unknown: of a capture, a void, a refund", () => {
  const lost = async () => ({ kind: "unknown", reason: "no answer" }) as const;
  const deaf = gatewayWith({ capture: lost, voidHold: lost, refund: lost });

  it.each(["capture", "voidHold"] as const)(
    "%s: 202, the status unchanged, told as pending_operation; nothing else is begun",
    async (what) => {
      const [id, key] = [await desk.hold(), desk.newKey()];
      const first = await call(what, id, key, deaf);
      expect(first.status).toBe(202);
      expect(JSON.parse(first.body)).toMatchObject({
        status: "authorized",
        amount_captured: "0.00",
        pending_operation: what === "capture" ? { type: "capture", amount: "10.00" } : { type: "void", amount: null },
      });
      expect(await call(what, id, key)).toEqual({ ...first, replayed: true });
      for (const next of [desk.capture, desk.voidHold, desk.refund]) {
        expect(await codeOf(next(id))).toBe("invalid_state");
      }
      // The reconciler's way: the same id again, and the same functions that everybody settles by.
      const payment = await desk.payment(id);
      if (!payment.operation) throw new Error("no operation is under way");
      const { operation } = payment;
      const outcome = await sendOperation(desk.world.services(), payment, operation);
      const settle = () =>
        transact(desk.world.client, desk.context, (tx) => settleOperation(tx, payment, operation.id, outcome));
      const settled = await Promise.all(Array.from({ length: 20 }, settle));
      expect(settled.filter((one) => one?.changed)).toHaveLength(1);
      expect(new Set(settled.map((one) => one?.now.status))).toEqual(
        new Set([what === "capture" ? "captured" : "voided"]),
      );
      await expectOnce(what, id);
      expect(await call(what, id, key)).toEqual({ ...first, replayed: true });
    },
  );

  it("refund: pending, its claim stands until the acquirer's word, twenty at once settle it once", async () => {
    const id = await desk.payFor();
    const first = await desk.refund(id, "10.00", { gateway: deaf });
    expect([first.status, statusIn(first.body)]).toEqual([201, "pending"]);
    expect(await desk.payment(id)).toMatchObject({ status: "captured", refundedMinor: 0n, refundPendingMinor: 1000n });
    const [row] = await desk.refundsOf(id);
    const refund = row && (await findRefund(desk.world.client.db, desk.scope, row.id));
    if (!refund) throw new Error("the refund is gone");
    const payment = await desk.payment(id);
    const outcome = await askAboutRefund(desk.world.services(), payment, refund);
    const settle = () => transact(desk.world.client, desk.context, (tx) => settleRefund(tx, refund, outcome));
    const settled = await Promise.all(Array.from({ length: 20 }, settle));
    expect(settled.filter((one) => one?.changed)).toHaveLength(1);
    expect(await desk.payment(id)).toMatchObject({ status: "partially_refunded", refundedMinor: 1000n });
    await expectOnce("refund", id);
  });

  it("a payment: asked again it is found, and twenty settle it once; a late no is ignored", async () => {
    const lostCharge = desk.heldBack();
    const key = desk.newKey();
    void desk.pay(desk.call(key), { gateway: lostCharge.gateway });
    await lostCharge.asked;
    const id = await desk.begunPayment(key);
    const outcome = await askAboutCharge(desk.world.services(), await desk.payment(id), null);
    const ref = { ...desk.scope, id };
    const settle = () => transact(desk.world.client, desk.context, (tx) => settlePendingPayment(tx, ref, outcome));
    const settled = await Promise.all(Array.from({ length: 20 }, settle));
    expect(settled.filter((one) => one?.changed)).toHaveLength(1);
    const late = { kind: "declined", code: "card_declined", message: "No.", gatewayReference: null } as const;
    const ignored = await transact(desk.world.client, desk.context, (tx) => settlePendingPayment(tx, ref, late));
    expect(ignored).toMatchObject({ changed: false, now: { status: "captured" } });
    expect((await desk.told(id)).events).toEqual(["payment.captured"]);
    lostCharge.letGo();
  });
});

describe("refused: the acquirer's plain no", () => {
  const no = async () => ({ kind: "refused", code: "authorization_expired", message: "Expired." }) as const;
  const strict = gatewayWith({ capture: no, voidHold: no, refund: no });

  it.each(["capture", "voidHold"] as const)(
    "%s: 409, stored under the key; the hold stays as it was, and may be tried again",
    async (what) => {
      const [id, key] = [await desk.hold(), desk.newKey()];
      const first = await call(what, id, key, strict);
      expect([first.status, JSON.parse(first.body).code]).toEqual([409, "invalid_state"]);
      expect(await call(what, id, key)).toEqual({ ...first, replayed: true });
      expect(await desk.payment(id)).toMatchObject({ status: "authorized", operation: null });
      expect(await desk.operationsOf(id)).toMatchObject([{ status: "failed", failureCode: "authorization_expired" }]);
      expect((await desk.told(id)).events).toEqual(["payment.authorized"]);
      expect((await call(what, id, desk.newKey())).status).toBe(200);
      await expectOnce(what, id);
    },
  );

  it("refund: 201 and failed; what it claimed may be refunded again", async () => {
    const id = await desk.payFor();
    const first = await desk.refund(id, null, { gateway: strict });
    expect([first.status, statusIn(first.body)]).toEqual([201, "failed"]);
    expect(await desk.payment(id)).toMatchObject({ status: "captured", refundPendingMinor: 0n });
    expect((await desk.told(id)).events).toEqual(["payment.captured", "refund.failed"]);
    expect(statusIn((await desk.refund(id)).body)).toBe("succeeded");
    expect(idIn(first.body)).toMatch(/^ref_/);
  });
});

describe("audit.no-trail-no-change: the audit trail takes no entries", () => {
  const audit = (verb: "revoke" | "grant") =>
    desk.world.tamper(
      sql.raw(
        `${verb} insert (merchant_id, action, outcome, resource_type, resource_id, old_values, new_values, actor_type, actor_id,
           ip, user_agent, request_id) on audit_entries ${verb === "grant" ? "to" : "from"} countinghouse_app`,
      ),
    );

  it.each(OPERATIONS)("%s: before it is begun nothing is left of it, and the key stays free", async (what) => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const before = await desk.payment(id);
    await audit("revoke");
    await expect(call(what, id, key, gatewayWith({}))).rejects.toThrow();
    await audit("grant");
    expect(await desk.storedKey(key)).toBeNull();
    expect(await desk.payment(id)).toEqual(before);
    expect([...(await desk.refundsOf(id)), ...(await desk.operationsOf(id))]).toEqual([]);
    await call(what, id, key);
    await expectOnce(what, id);
  });

  it.each(OPERATIONS)("%s: after the acquirer did it, it stays pending until it can be told of", async (what) => {
    const [id, key] = [await subjectOf(what), desk.newKey()];
    const held = desk.heldBack();
    const running = call(what, id, key, held.gateway);
    await held.asked;
    await audit("revoke");
    held.letGo();
    await expect(running).rejects.toThrow();
    await audit("grant");
    expect((await desk.told(id)).events).toHaveLength(1);
    const statuses = [...(await desk.refundsOf(id)), ...(await desk.operationsOf(id))].map(({ status }) => status);
    expect(statuses).toEqual(["pending"]);
    await desk.endLease(key);
    await call(what, id, key);
    await expectOnce(what, id);
  });
});
