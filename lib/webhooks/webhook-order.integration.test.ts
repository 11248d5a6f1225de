import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { auditEntries, outgoingMessages, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { type MerchantId, newId, type WebhookEndpointId } from "@/lib/ids/id";
import { claimDeliveries } from "./attempt-store";
import { dispatchEvents } from "./dispatch";
import { enableEndpoint } from "./manage-endpoints";
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
  ({ id } = await desk.addEndpoint(merchantId, `${receiver.url}/${merchantId}`));
});
afterAll(async () => {
  await desk.close();
  receiver.stop();
});

const typeOf = (body: string) => (JSON.parse(body) as { type: string }).type;
/** At this test's endpoint: the others' go on meanwhile. */
const received = () => receiver.received.filter(({ path }) => path === `/${merchantId}`);
const arrived = () => received().map(({ body }) => typeOf(body));
const states = async () => (await desk.deliveries(id)).map(({ state }) => state);
const actionsOf = async (resourceId: string) => {
  const rows = await desk.world.owner.db.select().from(auditEntries).orderBy(auditEntries.id);
  return rows.filter((row) => row.resourceId === resourceId).map((row) => row.action);
};

describe("webhooks.order", () => {
  it("of one thing a later event is not tried before the first attempt of an earlier one has ended", async () => {
    receiver.behave(() => {});
    const payment = newId("pay");
    await desk.tell(merchantId, "payment.authorized", payment);
    await desk.tell(merchantId, "payment.captured", payment);
    await desk.tell(merchantId, "payment.failed");
    await desk.dispatch();
    const held = desk.deliverer({ timeoutMs: 60_000 });
    await held.turn();
    await expect.poll(() => arrived().toSorted()).toEqual(["payment.authorized", "payment.failed"]);
    const other = desk.deliverer();
    expect(await other.turn()).toBe(false);
    receiver.behave(answering(500));
    await held.stop(0);
    await desk.makeDue(id);
    await desk.run();
    // The first has failed and waits for its next attempt: that holds up nobody.
    expect(arrived().slice(2)).toEqual(["payment.authorized", "payment.failed", "payment.captured"]);
  });

  it("an endpoint that hangs, with a heap of its own, holds up no other", async () => {
    const other = await desk.addEndpoint(merchantId, receiver.url, ["card.created"]);
    for (let index = 0; index < 30; index += 1) await desk.tell(merchantId, "payment.captured");
    await desk.tell(merchantId, "card.created");
    await desk.dispatch();
    const share = { limit: 12, perEndpoint: 10, leaseSeconds: 60 };
    const claim = () => transact(desk.world.client, systemContext("test"), (tx) => claimDeliveries(tx, share));
    const mine = (await claim()).map(({ endpoint }) => endpoint.id).filter((each) => each === id || each === other.id);
    expect([mine.filter((each) => each === id).length, mine.filter((each) => each === other.id).length]).toEqual([
      10, 1,
    ]);
    expect((await claim()).filter(({ endpoint }) => endpoint.id === id)).toEqual([]);
    await desk.setEndpoint(id, sql`status = 'disabled'`);
    await desk.setEndpoint(other.id, sql`status = 'disabled'`);
  });
});

describe("webhooks.fairness: the attack is a heap at each of many endpoints", () => {
  it("slots that free one at a time go to the merchant that has the fewest under way", async () => {
    const others = await Promise.all(
      ["a", "b", "c"].map((path) => desk.addEndpoint(merchantId, `${receiver.url}/${path}`)),
    );
    for (let index = 0; index < 3; index += 1) await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    const share = { limit: 1, perEndpoint: 10, leaseSeconds: 60 };
    const next = async () => {
      const [claim] = await transact(desk.world.client, systemContext("test"), (tx) => claimDeliveries(tx, share));
      return claim?.endpoint;
    };
    const first = [await next(), await next(), await next(), await next()];
    // One merchant's endpoints come in turn.
    expect(new Set(first.map((endpoint) => endpoint?.id)).size).toBe(4);
    const small = await desk.addMerchant();
    const smallOne = await desk.addEndpoint(small, receiver.url);
    for (let index = 0; index < 3; index += 1) await desk.tell(small, "payment.captured");
    await desk.dispatch();
    const then = [await next(), await next(), await next()];
    for (const each of [id, smallOne.id, ...others.map((other) => other.id)]) {
      await desk.setEndpoint(each, sql`status = 'disabled'`);
    }
    expect(then.map((endpoint) => endpoint?.merchantId)).toEqual([small, small, small]);
  });
});

describe("webhooks.two-servers", () => {
  it("many events, handed on and sent by two at once: each arrives exactly once", async () => {
    for (let index = 0; index < 30; index += 1) await desk.tell(merchantId, "payment.captured");
    const second = connect(desk.world.database.appUrl, { poolSize: 4, statementTimeoutMs: 10_000 });
    const servers = [desk.world.client, second];
    try {
      for (let left = 30; left > 0; left -= 1) {
        const handed = await Promise.all(servers.map((client) => dispatchEvents(client)));
        if (handed.every((count) => count === 0)) break;
      }
      const deliverers = servers.map((client) => desk.deliverer({ client }));
      while ((await states()).includes("pending")) {
        await Promise.all(deliverers.map((deliverer) => deliverer.turn()));
        await sleep(20);
      }
      await Promise.all(deliverers.map((deliverer) => deliverer.stop(60_000)));
    } finally {
      await second.close();
    }
    const ids = received().map(({ headers }) => headers["webhook-id"]);
    expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
    expect((await desk.deliveries(id)).every(({ attempts }) => attempts.length === 1)).toBe(true);
  });

  it("handing on that is undone hands nothing on, and the next one does", async () => {
    await desk.tell(merchantId, "payment.captured");
    await expect(
      transact(desk.world.client, systemContext("test"), async (tx) => {
        await tx.execute(sql`update events set dispatched_at = now() where dispatched_at is null`);
        throw new Error("the server dies");
      }),
    ).rejects.toThrow("the server dies");
    await desk.run();
    expect(arrived()).toEqual(["payment.captured"]);
  });
});

describe("webhooks.dead-endpoint", () => {
  /** An event that is given up now. */
  async function giveUp() {
    receiver.behave(answering(500));
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    await desk.setDeliveries(id, sql`rung = case when state = 'pending' then 7 else rung end`);
    await desk.run();
  }
  /** Its deliveries so far were made so long ago, and tried at once. */
  const failedSince = (ago: string) =>
    desk.setDeliveries(id, sql`created_at = now() - ${ago}::interval, tried_at = now() - ${ago}::interval`);
  const addPerson = (role: "owner" | "developer" | "viewer") =>
    transact(desk.world.owner, systemContext("test"), (tx) => {
      const userId = newId("usr");
      const person = { id: userId, merchantId, email: `${userId}@example.com`, name: "A", role, passwordHash: "x" };
      return tx.insert(users).values(person);
    });
  const notices = async () => {
    const rows = await desk.world.owner.db.select().from(outgoingMessages);
    return rows.filter((row) => row.merchantId === merchantId).map(({ kind }) => kind);
  };

  it("is disabled when an event is given up and nothing has arrived for five days: told by mail, in the trail", async () => {
    for (const role of ["owner", "developer", "viewer"] as const) await addPerson(role);
    await desk.setEndpoint(id, sql`enabled_at = now() - interval '5 days 2 minutes'`);
    await giveUp();
    await failedSince("5 days 1 minute");
    await giveUp();
    expect((await desk.endpoint(id)).status).toBe("disabled");
    expect(await notices()).toEqual(["webhook_disabled", "webhook_disabled"]);
    expect((await actionsOf(id)).at(-1)).toBe("webhook_endpoint.disabled");
    expect(await webhookHealth(desk.world.client.db, desk.scopeOf(merchantId))).toMatchObject({ disabled: 1 });

    receiver.received.length = 0;
    receiver.behave(answering(204));
    await desk.tell(merchantId, "payment.failed");
    await desk.run();
    expect(arrived()).toEqual([]);
    const enabled = await enableEndpoint(desk.world.client, desk.contextOf(merchantId), desk.scopeOf(merchantId), id);
    expect([enabled.status, (await actionsOf(id)).at(-1)]).toEqual(["enabled", "webhook_endpoint.enabled"]);
    await desk.tell(merchantId, "payment.voided");
    await desk.run();
    expect(arrived()).toEqual(["payment.voided"]);
  });

  it("stays enabled when it is younger, or something has arrived", async () => {
    await desk.setEndpoint(id, sql`enabled_at = now() - interval '4 days 23 hours'`);
    await giveUp();
    await failedSince("5 days 1 minute");
    await giveUp();
    expect((await desk.endpoint(id)).status).toBe("enabled");
    receiver.behave(answering(204));
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    await desk.setEndpoint(id, sql`enabled_at = now() - interval '50 days'`);
    await giveUp();
    expect([(await desk.endpoint(id)).status, await notices()]).toEqual(["enabled", []]);
  });

  it("a quiet one stays enabled after one outage, also when somebody has something old sent again", async () => {
    await desk.setEndpoint(id, sql`enabled_at = now() - interval '50 days'`);
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    await desk.setDeliveries(id, sql`ended_at = now() - interval '10 days'`);
    await failedSince("10 days");
    await giveUp();
    expect((await desk.endpoint(id)).status).toBe("enabled");
    // The one that had arrived.
    await desk.setDeliveries(id, sql`state = 'pending', ended_at = null, rung = 7, next_attempt_at = now()`);
    await desk.run();
    expect([(await desk.endpoint(id)).status, await states(), await notices()]).toEqual([
      "enabled",
      ["failed", "failed"],
      [],
    ]);
  });

  it("what is pending waits while it is disabled, and is sent when it is enabled", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    await desk.setEndpoint(id, sql`status = 'disabled', disabled_at = now()`);
    await desk.run();
    expect([arrived(), await states()]).toEqual([[], ["pending"]]);
    await enableEndpoint(desk.world.client, desk.contextOf(merchantId), desk.scopeOf(merchantId), id);
    await desk.run();
    expect(arrived()).toEqual(["payment.captured"]);
  });
});
