import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { transact } from "@/db/transact";
import { newestRefundOf } from "@/lib/dashboard-forms/refund-approval-store";
import { newId } from "@/lib/ids/id";
import { reconcile } from "@/lib/reconciler/reconcile";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { lockPayment } from "./payment-store";
import { insertRefund, listRefundsOf } from "./refund-store";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { codeOf, contextOf, statusIn } from "./testing/payment-desk";

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

/** What the trail must tell once of each; refunds in between may come in any order. */
const count = (told: readonly string[], what: string) => told.filter((action) => action === what).length;

describe("refund.ceiling.concurrent: the attack is to ask for more than was taken, all at once", () => {
  it("100 refunds that add up to three times the charge, by two servers: exactly the charge is given back", async () => {
    const id = await desk.payFor();
    const other = connect(desk.world.database.appUrl, { poolSize: 10, statementTimeoutMs: 10_000 });
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        codeOf(desk.refund(id, "3.00", index % 2 === 0 ? {} : { client: other })),
      ),
    );
    await other.close();
    expect(count(codes.map(String), "null")).toBe(33);
    expect(count(codes.map(String), "amount_exceeds_refundable")).toBe(67);
    // An answer that got lost on a busy machine leaves its refund pending, as it must; asked again it is known.
    for (const { id: refundId, status } of await desk.refundsOf(id)) {
      if (status === "pending")
        await reconcile(desk.world.services(), { kind: "refund", ...desk.scope, paymentId: id, refundId });
    }
    expect(await desk.payment(id)).toMatchObject({ refundedMinor: 9900n, refundPendingMinor: 0n });
    expect(await desk.ledger(id)).toMatchObject({ captured: "100.00", refunded: "99.00" });
    expect(statusIn((await desk.refund(id)).body)).toBe("succeeded");
    expect(await desk.payment(id)).toMatchObject({ status: "refunded", refundedMinor: 10_000n });
    expect(await desk.ledger(id)).toMatchObject({ refunded: "100.00" });
    const told = await desk.told(id);
    expect([count(told.audit, "refund.created"), count(told.audit, "refund.succeeded")]).toEqual([34, 34]);
    expect([count(told.audit, "payment.refunded"), count(told.events, "refund.succeeded")]).toEqual([1, 34]);
  });

  it("ten that ask for all that is left: one gets it", async () => {
    const id = await desk.payFor();
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(desk.refund(id))));
    expect(count(codes.map(String), "null")).toBe(1);
    expect(count(codes.map(String), "amount_exceeds_refundable")).toBe(9);
    expect(await desk.ledger(id)).toMatchObject({ refunded: "100.00" });
  });
});

describe("hold.one-order.concurrent: refund, void and capture at once", () => {
  it("leave one legal order, the same in the acquirer's books, ten times over", async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await desk.hold();
      const [capture, voided, refund, second] = await Promise.all([
        codeOf(desk.capture(id, "60.00")),
        codeOf(desk.voidHold(id)),
        codeOf(desk.refund(id, "10.00")),
        codeOf(desk.capture(id, "70.00")),
      ]);
      const [payment, ledger] = [await desk.payment(id), await desk.ledger(id)];
      // One of the three that act on the hold has won, and the others have changed nothing.
      expect([capture, voided, second].filter((code) => code === null)).toHaveLength(1);
      expect([capture, voided, refund, second].every((code) => code === null || code === "invalid_state")).toBe(true);
      const taken = voided === null ? "0.00" : capture === null ? "60.00" : "70.00";
      const back = refund === null ? "10.00" : "0.00";
      expect([ledger.captured, ledger.refunded]).toEqual([taken, back]);
      expect(ledger.status).toBe(payment.status);
      expect(payment.operation).toBeNull();
      expect(await desk.operationsOf(id)).toMatchObject([{ status: "succeeded" }]);
      const told = await desk.told(id);
      expect(told.events).toEqual([
        "payment.authorized",
        voided === null ? "payment.voided" : "payment.captured",
        ...(refund === null ? ["refund.succeeded"] : []),
      ]);
    }
  });

  it("ten captures at once take the money once", async () => {
    const id = await desk.hold();
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(desk.capture(id, "30.00"))));
    expect(count(codes.map(String), "null")).toBe(1);
    expect(await desk.ledger(id)).toMatchObject({ captured: "30.00" });
    expect((await desk.told(id)).audit).toEqual([
      ...["payment.created", "payment.authorized"],
      ...["payment_operation.created", "payment.captured", "payment_operation.succeeded"],
    ]);
  });
});

describe("idempotency.one-operation: the attack is to press the button fifty times", () => {
  it.each(["capture", "voidHold", "refund"] as const)(
    "%s: one key, fifty calls, one effect, the same bytes",
    async (what) => {
      const id = what === "refund" ? await desk.payFor() : await desk.hold();
      const key = desk.newKey();
      const call = () => (what === "voidHold" ? desk.voidHold(id, { key }) : desk[what](id, "10.00", { key }));
      const answers = await Promise.all(Array.from({ length: 50 }, call));
      expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
      const ledger = await desk.ledger(id);
      const expected = { capture: ["10.00", "0.00"], voidHold: ["0.00", "0.00"], refund: ["100.00", "10.00"] }[what];
      expect([ledger.captured, ledger.refunded]).toEqual(expected);
      expect(await desk.storedKey(key)).toMatchObject({ replays: 49, conflicts: 0, fence: 1 });
    },
  );
});

describe("refund.newest: the fault is a refund that began its transaction first and was written second", () => {
  it("the one that was written last is the newest, for the list and for whoever has to have seen it", async () => {
    const id = await desk.payFor();
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = transact(desk.world.client, contextOf(desk.merchantId), async (tx) => {
      await tx.execute(sql`select 1`);
      begun.resolve();
      await goOn.promise;
      const payment = await lockPayment(tx, desk.scope, id);
      if (!payment) throw new Error("the payment is gone");
      return insertRefund(tx, newId("ref"), payment, { amountMinor: 100n, reason: null, gateway: "sandbox" });
    });
    await begun.promise;
    await desk.refund(id, "1.00");
    goOn.resolve();
    const { id: last } = await slow;
    const [{ db }, payment] = [desk.world.client, await desk.payment(id)];
    expect(await newestRefundOf(db, payment)).toBe(last);
    expect((await listRefundsOf(db, payment, { limit: 5, cursor: null })).rows.map((row) => row.id)[0]).toBe(last);
  });
});
