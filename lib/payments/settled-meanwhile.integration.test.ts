import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { idempotencyKeys, payments } from "@/db/schema";
import { transact } from "@/db/transact";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { refusal } from "@/lib/gateway/refusal-code";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { newId, type PaymentId } from "@/lib/ids/id";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { settleOperation } from "./settle-operation";
import { settlePendingPayment } from "./settle-payment";
import { settleRefund } from "./settle-refund";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { codeOf } from "./testing/payment-desk";

let sandbox: Sandbox;
let desk: OperationDesk;
let real: PaymentGateway;
beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openOperationDesk(sandbox.url);
  real = createSandboxGateway({ baseUrl: sandbox.url });
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

const lost = { kind: "unknown", reason: "no answer" } as const;
const settle = <Result>(work: Parameters<typeof transact<Result>>[2]) =>
  transact(desk.world.client, desk.context, work);

describe("outcome-unknown.settled-meanwhile: the answer is lost, and a callback brings it before the call is finished", () => {
  it("a payment: 201 and settled, not a 202 that is replayed for a day", async () => {
    const key = desk.newKey();
    const charge: PaymentGateway["charge"] = async (request, options) => {
      const outcome = await real.charge(request, options);
      await settle((tx) => settlePendingPayment(tx, { ...desk.scope, id: request.paymentId as PaymentId }, outcome));
      return lost;
    };
    const answer = await desk.pay(desk.call(key), { gateway: gatewayWith({ charge }) });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([201, { status: "captured" }]);
    expect(await desk.pay(desk.call(key))).toEqual({ ...answer, replayed: true });
  });

  it.each(["capture", "voidHold"] as const)("%s: 200 and done", async (what) => {
    const [id, key] = [await desk.hold(), desk.newKey()];
    const settled = async () => {
      const [operation] = await desk.operationsOf(id);
      if (!operation) throw new Error("no operation was begun");
      await settle((tx) => settleOperation(tx, { ...desk.scope, id }, operation.id, { kind: "done" }));
      return lost;
    };
    const gateway = gatewayWith({ capture: settled, voidHold: settled });
    const call = () =>
      what === "capture" ? desk.capture(id, null, { key, gateway }) : desk.voidHold(id, { key, gateway });
    const answer = await call();
    const after = { status: what === "capture" ? "captured" : "voided", pending_operation: null };
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, after]);
    expect(await call()).toEqual({ ...answer, replayed: true });
  });

  it("a refund: succeeded", async () => {
    const [id, key] = [await desk.payFor(), desk.newKey()];
    const refund: PaymentGateway["refund"] = async (request, options) => {
      const outcome = await real.refund(request, options);
      const [row] = await desk.refundsOf(id);
      if (!row) throw new Error("no refund was begun");
      await settle((tx) => settleRefund(tx, { ...desk.scope, id: row.id }, outcome));
      return lost;
    };
    const answer = await desk.refund(id, "10.00", { key, gateway: gatewayWith({ refund }) });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([201, { status: "succeeded" }]);
    expect(await desk.refund(id, "10.00", { key })).toEqual({ ...answer, replayed: true });
  });
});

describe("operation.own-outcome: a take-over of one capture while that is settled and another is begun", () => {
  /** Until a statement waits for what another transaction has locked. */
  async function somebodyWaits() {
    for (let tries = 0; tries < 200; tries += 1) {
      const [found] = await desk.world.owner.db.execute<{ waiting: number }>(
        sql`select count(*)::int as waiting from pg_locks join pg_stat_activity using (pid)
            where datname = current_database() and not granted`,
      );
      if (found && found.waiting > 0) return;
      await sleep(20);
    }
    throw new Error("nobody waits");
  }

  it.each(["with another", "without another"])("settles nothing but what it sent (%s)", async (variant) => {
    const [id, key] = [await desk.hold(), desk.newKey()];
    const asked = Promise.withResolvers<void>();
    const silent = () => {
      asked.resolve();
      return Promise.withResolvers<never>().promise;
    };
    void desk.capture(id, "40.00", { key, gateway: gatewayWith({ capture: silent }) });
    await asked.promise;
    await desk.endLease(key);
    const [first] = await desk.operationsOf(id);
    if (!first) throw new Error("no operation was begun");

    // The take-over stands still between its statements: at its key first, then wherever it reads the payment.
    const [keyLocked, keyFree] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = transact(desk.world.owner, systemContext("test"), async (tx) => {
      await tx.select().from(idempotencyKeys).where(sql`${idempotencyKeys.key} = ${key}`).for("update");
      keyLocked.resolve();
      await keyFree.promise;
    });
    await keyLocked.promise;
    const gateway = gatewayWith({ capture: async () => refusal("invalid_state") });
    const taking = desk.capture(id, "40.00", { key, gateway });
    await somebodyWaits();
    const other = newId("op");
    await transact(desk.world.owner, systemContext("test"), async (tx) => {
      await tx.execute(sql`lock table ${payments} in access exclusive mode`);
      keyFree.resolve();
      await holding;
      await somebodyWaits();
      await settleOperation(tx, { ...desk.scope, id }, first.id, refusal("invalid_state"));
      if (variant === "without another") return;
      await tx.execute(
        sql`insert into payment_operations (id, merchant_id, mode, payment_id, type, amount_minor, status)
            values (${other}, ${desk.merchantId}, 'test', ${id}, 'capture', 6000, 'pending')`,
      );
    });

    const answer = await taking;
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([409, { code: "invalid_state" }]);
    const { body: stored } = await desk.capture(id, "40.00", { key });
    expect(stored).toBe(answer.body);
    const [status] = (await desk.operationsOf(id)).filter((one) => one.id === other).map((one) => one.status);
    expect(status).toBe(variant === "with another" ? "pending" : undefined);
    expect((await desk.payment(id)).operation?.id ?? null).toBe(variant === "with another" ? other : null);
  });
});

describe("idempotency.gone: a key whose row goes while calls are under way", () => {
  const forget = (key: string) =>
    desk.world.owner.db.delete(idempotencyKeys).where(sql`${idempotencyKeys.key} = ${key}`);

  it("neither its holder nor who waits begins a second payment", async () => {
    const key = desk.newKey();
    const first = desk.heldBack();
    const holder = codeOf(desk.pay(desk.call(key), { gateway: first.gateway }));
    await first.asked;
    const waiting = codeOf(desk.pay(desk.call(key)));
    await sleep(300);
    const count = async () => (await desk.world.owner.db.select({ id: payments.id }).from(payments)).length;
    const before = await count();
    await forget(key);
    expect(await waiting).toBe("idempotency_key_in_use");
    first.letGo();
    expect(await holder).toBe("idempotency_key_in_use");
    expect(await count()).toBe(before);
  });
});
