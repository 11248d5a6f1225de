import type { ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditEntries } from "@/db/schema";
import { transact } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId, WebhookEndpointId } from "@/lib/ids/id";
import { replayEvents, retryDelivery } from "./manage-deliveries";
import { deleteEndpoint } from "./manage-endpoints";
import { forgetOldSecrets, sweepDeliveries } from "./retention-store";
import { answering, type Receiver, startReceiver } from "./testing/receiver";
import { openWebhookDesk, type WebhookDesk } from "./testing/webhook-desk";
import { webhookHealth } from "./webhook-health-store";

let desk: WebhookDesk;
let receiver: Receiver;
let merchantId: MerchantId;
let id: WebhookEndpointId;

beforeAll(async () => {
  [desk, receiver] = await Promise.all([openWebhookDesk(), startReceiver()]);
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.behave(answering(204));
  merchantId = await desk.addMerchant();
  ({ id } = await desk.addEndpoint(merchantId, receiver.url));
});
afterAll(async () => {
  await desk.close();
  receiver.stop();
});

const states = async () => (await desk.deliveries(id)).map(({ state }) => state);
const actionsOf = async (resourceId: string) => {
  const rows = await desk.world.owner.db.select().from(auditEntries).orderBy(auditEntries.id);
  return rows.filter((row) => row.resourceId === resourceId).map((row) => row.action);
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("webhooks.by-hand", () => {
  const retry = async (of = merchantId) => {
    const [delivery] = await desk.deliveries(id);
    if (!delivery) throw new Error("there is no delivery");
    const context = desk.contextOf(of);
    return transact(desk.world.client, context, (tx) => retryDelivery(tx, context, desk.scopeOf(of), delivery.id));
  };
  const replay = (from: Date, to: Date, of = merchantId) =>
    replayEvents(desk.world.client, desk.contextOf(of), desk.scopeOf(of), id, { from, to });
  const LONG_AGO = new Date("2020-01-01");
  const LATER = new Date("2100-01-01");

  it("a delivery is sent again, given up or arrived, with the whole ladder before it; recorded", async () => {
    receiver.behave(answering(500));
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    await desk.setDeliveries(id, sql`rung = 7`);
    await desk.run();
    expect(await states()).toEqual(["failed"]);
    expect((await retry()).state).toBe("pending");
    await desk.run();
    expect(await states()).toEqual(["pending"]);
    receiver.behave(answering(204));
    await retry();
    await desk.run();
    const [delivery] = await desk.deliveries(id);
    expect(delivery).toMatchObject({ state: "delivered", attempts: [{ number: 1 }, { number: 2 }, { number: 3 }] });
    await retry();
    await desk.run();
    expect(receiver.received).toHaveLength(4);
    expect(await actionsOf(delivery?.id ?? "")).toEqual(Array(3).fill("webhook_delivery.retried"));
  });

  it.each([0, 7])(
    "one that is pressed while an attempt at rung %i is under way is not lost when that fails",
    async (rung) => {
      const held: ServerResponse[] = [];
      receiver.behave((response) => held.push(response));
      await desk.setEndpoint(id, sql`enabled_at = now() - interval '50 days'`);
      await desk.tell(merchantId, "payment.captured");
      await desk.dispatch();
      await desk.setDeliveries(id, sql`rung = ${rung}`);
      const deliverer = desk.deliverer({ timeoutMs: 60_000 });
      await deliverer.turn();
      await expect.poll(() => held.length).toBe(1);
      await retry();
      receiver.behave(answering(204));
      for (const response of held) response.writeHead(500).end();
      await deliverer.stop(60_000);
      expect([await states(), (await desk.endpoint(id)).status]).toEqual([["pending"], "enabled"]);
      await desk.run();
      expect(await states()).toEqual(["delivered"]);
    },
  );

  it("a time range is replayed as often as asked, under the same ids; recorded", async () => {
    for (const type of ["payment.captured", "card.deleted"] as const) await desk.tell(merchantId, type);
    await desk.run();
    expect([await replay(LONG_AGO, LATER), await replay(LONG_AGO, LATER), await replay(LONG_AGO, LONG_AGO)]).toEqual([
      2, 2, 0,
    ]);
    await desk.run();
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect([ids.length, new Set(ids).size]).toEqual([6, 2]);
    expect((await desk.deliveries(id)).map((each) => each.replay).toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
    expect((await actionsOf(id)).filter((action) => action === "webhook_endpoint.replayed")).toHaveLength(3);
  });

  it("nothing is replayed on top of a heap of ten thousand: wait until it has been sent", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    const heap = (from: number, to: number) =>
      desk.world.tamper(sql`
        insert into webhook_deliveries (id, endpoint_id, event_id, replay, resource_id, position, event_type)
        select d.id || n, d.endpoint_id, d.event_id, n, d.resource_id, d.position, d.event_type
          from webhook_deliveries d, generate_series(${from}::int, ${to}::int) n where d.endpoint_id = ${id} and d.replay = 0`);
    await heap(1, 10_000);
    expect(await replay(LONG_AGO, LATER)).toBe(1);
    expect(await codeOf(replay(LONG_AGO, LATER))).toBe("invalid_state");
    await desk.setDeliveries(id, sql`state = 'failed', ended_at = now()`);
    expect(await replay(LONG_AGO, LATER)).toBe(1);
  });

  it("nothing is sent again for another merchant, nor while the endpoint is disabled or gone", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    const other = await desk.addMerchant();
    expect([await codeOf(retry(other)), await codeOf(replay(LONG_AGO, LATER, other))]).toEqual([
      "not_found",
      "not_found",
    ]);
    await desk.setEndpoint(id, sql`status = 'disabled', disabled_at = now()`);
    expect([await codeOf(retry()), await codeOf(replay(LONG_AGO, LATER))]).toEqual(["invalid_state", "invalid_state"]);
    await deleteEndpoint(desk.world.client, desk.contextOf(merchantId), desk.scopeOf(merchantId), id);
    expect([await codeOf(retry()), await codeOf(replay(LONG_AGO, LATER))]).toEqual(["not_found", "not_found"]);
    expect(await desk.endpoint(id)).toMatchObject({ status: "deleted", secret: null, previousSecret: null });
  });
});

describe("webhooks.retention", () => {
  it("the log is kept thirty days from its end, with its attempts; what is pending stays, unless its endpoint is gone", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    await desk.setDeliveries(id, sql`ended_at = now() - interval '29 days'`);
    await sweepDeliveries(desk.world.client.db);
    expect(await states()).toEqual(["delivered"]);
    await desk.setDeliveries(id, sql`ended_at = now() - interval '31 days'`);
    await desk.tell(merchantId, "payment.failed");
    await desk.dispatch();
    await sweepDeliveries(desk.world.client.db);
    expect(await states()).toEqual(["pending"]);
    await deleteEndpoint(desk.world.client, desk.contextOf(merchantId), desk.scopeOf(merchantId), id);
    await sweepDeliveries(desk.world.client.db);
    expect(await states()).toEqual(["failed"]);
    const [left] = await desk.world.owner.db.execute(sql`
      select count(*)::int as attempts from webhook_attempts a
       where not exists (select from webhook_deliveries d where d.id = a.delivery_id)`);
    expect(left).toEqual({ attempts: 0 });
  });
});

describe("webhooks.old-secret", () => {
  it("one from before a rotation is forgotten when it signs no more, and not before; recorded", async () => {
    const until = (when: string) =>
      desk.setEndpoint(id, sql`previous_secret = secret, previous_secret_until = now() + ${when}::interval`);
    await until("1 minute");
    await forgetOldSecrets(desk.world.client);
    expect((await desk.endpoint(id)).previousSecret).not.toBeNull();
    await until("-1 second");
    await forgetOldSecrets(desk.world.client);
    expect(await desk.endpoint(id)).toMatchObject({
      previousSecret: null,
      previousSecretUntil: null,
      status: "enabled",
    });
    expect((await actionsOf(id)).at(-1)).toBe("webhook_endpoint.updated");
  });
});

describe("webhooks.health", () => {
  const health = () => webhookHealth(desk.world.client.db, desk.scopeOf(merchantId));
  const forget = () => desk.world.tamper(sql`update webhook_attempts set started_at = now() - interval '1 hour'`);

  it("tells of a receiver that is down, and does not take it for a standstill of ours", async () => {
    receiver.behave(answering(500));
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    expect(await health()).toEqual({ failing: 1, disabled: 0, stalled: false });
    await forget();
    expect(await health()).toMatchObject({ stalled: false });
  });

  it("tells when events are handed on by nobody, or sent by nobody", async () => {
    await desk.run();
    await forget();
    await desk.tell(merchantId, "payment.captured");
    expect(await health()).toMatchObject({ stalled: false });
    await desk.world.tamper(sql`update events set created_at = now() + interval '1 hour' where dispatched_at is null`);
    await desk.world.tamper(
      sql`update events set created_at = now() - interval '2 minutes' where dispatched_at is null`,
    );
    expect(await health()).toMatchObject({ stalled: true });
    await desk.setEndpoint(id, sql`enabled_at = now() - interval '1 hour'`);
    await desk.dispatch();
    expect(await health()).toMatchObject({ stalled: false });
    await desk.setDeliveries(id, sql`next_attempt_at = now() - interval '2 minutes'`);
    expect(await health()).toMatchObject({ stalled: true });
    await desk.run();
    expect(await health()).toEqual({ failing: 0, disabled: 0, stalled: false });
  });
});
