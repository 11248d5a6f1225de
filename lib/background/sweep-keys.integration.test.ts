import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { type OperationDesk, openOperationDesk } from "@/lib/payments/testing/operation-desk";
import { idIn } from "@/lib/payments/testing/payment-desk";
import { reconcile } from "@/lib/reconciler/reconcile";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { deleteExpired } from "./sweep-store";

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
const deaf = gatewayWith({ charge: lost, capture: lost, voidHold: lost, refund: lost });
const interval = (hours: number) => sql`make_interval(hours => ${hours}, mins => 1)`;
/** Only that the key was claimed long ago. */
const ageClaim = (key: string, hours: number) =>
  desk.world.owner.db.execute(
    sql`update idempotency_keys set created_at = now() - ${interval(hours)} where key = ${key}`,
  );
/** Everything that happened. */
async function age(hours: number) {
  const then = sql`now() - ${interval(hours)}`;
  for (const table of ["payments", "payment_operations", "refunds"]) {
    await desk.world.tamper(sql`update ${sql.raw(table)} set updated_at = ${then}`);
  }
  await desk.world.owner.db.execute(
    sql`update idempotency_keys set created_at = ${then}, lease_until = ${then},
          completed_at = case when completed_at is null then null else ${then} end`,
  );
}

it("idempotency.retention: keys live 24 hours, and as long as their payment, operation or refund is pending", async () => {
  const settled = ["settled-payment", "settled-capture", "settled-refund"];
  const pending = ["pending-payment", "pending-void", "pending-refund"];
  const [first = "", second = "", third = ""] = settled;
  await desk.pay(desk.call(first));
  await desk.capture(await desk.hold(), null, { key: second });
  await desk.refund(await desk.payFor(), null, { key: third });
  await desk.pay(desk.call("pending-payment"), { gateway: deaf });
  await desk.voidHold(await desk.hold(), { key: "pending-void", gateway: deaf });
  await desk.refund(await desk.payFor(), null, { key: "pending-refund", gateway: deaf });

  await age(23);
  await deleteExpired(desk.world.client.db);
  for (const key of [...settled, ...pending]) expect(await desk.storedKey(key), key).not.toBeNull();
  await age(24);
  await deleteExpired(desk.world.client.db);
  for (const key of settled) expect(await desk.storedKey(key), key).toBeNull();
  await age(24 * 400);
  await deleteExpired(desk.world.client.db);
  for (const key of pending) expect(await desk.storedKey(key), key).not.toBeNull();
});

describe("idempotency.retention.late: a key lives 24 hours from the last thing that happened to it", () => {
  it("a payment that was pending for days and is settled now: the client's retry is its replay, not a second charge", async () => {
    const key = "late-settled";
    const first = await desk.pay(desk.call(key), { gateway: deaf });
    await ageClaim(key, 24 * 3);
    await desk.world.owner.db.execute(
      sql`update idempotency_keys set completed_at = created_at, lease_until = created_at where key = ${key}`,
    );
    const found = { kind: "payment", ...desk.scope, paymentId: idIn(first.body) } as const;
    await reconcile(desk.world.services(), found);
    expect((await desk.payment(found.paymentId)).status).toBe("captured");
    await deleteExpired(desk.world.client.db);
    expect(await desk.pay(desk.call(key))).toEqual({ ...first, replayed: true });
  });

  it("a capture and a refund likewise", async () => {
    const [hold, taken] = [await desk.hold(), await desk.payFor()];
    await desk.capture(hold, null, { key: "late-capture", gateway: deaf });
    await desk.refund(taken, null, { key: "late-refund", gateway: deaf });
    await age(24 * 3);
    await desk.world.tamper(
      sql`update payment_operations set status = 'failed', failure_code = 'refused', updated_at = now() where payment_id = ${hold}`,
    );
    await desk.world.tamper(
      sql`update refunds set status = 'failed', failure_code = 'refused', updated_at = now() where payment_id = ${taken}`,
    );
    await deleteExpired(desk.world.client.db);
    for (const key of ["late-capture", "late-refund"]) expect(await desk.storedKey(key), key).not.toBeNull();
  });

  it("one that is taken over, or answered, now", async () => {
    for (const [key, change] of [
      ["late-taken", sql`lease_until = now() + interval '8 seconds'`],
      ["late-answered", sql`completed_at = now()`],
    ] as const) {
      await desk.pay(desk.call(key));
      await age(24 * 3);
      await desk.world.owner.db.execute(sql`update idempotency_keys set ${change} where key = ${key}`);
      await deleteExpired(desk.world.client.db);
      expect(await desk.storedKey(key), key).not.toBeNull();
    }
  });
});
