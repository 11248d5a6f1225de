import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listEvents } from "@/lib/events/list-events";
import { type MerchantId, newId, type WebhookEndpointId } from "@/lib/ids/id";
import { webhookHeaders } from "./signature";
import { answering, type Receiver, startReceiver } from "./testing/receiver";
import { openWebhookDesk, type WebhookDesk } from "./testing/webhook-desk";

let desk: WebhookDesk;
let receiver: Receiver;
let merchantId: MerchantId;
let endpoint: Readonly<{ id: WebhookEndpointId; secret: string }>;

beforeAll(async () => {
  [desk, receiver] = await Promise.all([openWebhookDesk(), startReceiver()]);
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.behave(answering(204));
  merchantId = await desk.addMerchant();
  endpoint = await desk.addEndpoint(merchantId, `${receiver.url}/hook?a=1`);
});
afterAll(async () => {
  await desk.close();
  receiver.stop();
});

/** The one delivery of the endpoint. */
async function only() {
  const [delivery, ...more] = await desk.deliveries(endpoint.id);
  if (!delivery || more.length > 0) throw new Error("there is not exactly one delivery");
  return delivery;
}
const log = async () => (await only()).attempts.map(({ number, statusCode, error }) => [number, statusCode ?? error]);

describe("webhooks.delivery", () => {
  it("an event arrives once, signed, as the bytes that GET /events shows, and is in the log", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    const { data } = await listEvents(desk.world.client.db, desk.scopeOf(merchantId), { limit: 1 });
    const [event] = data;
    const [call, ...more] = receiver.received;
    if (!event || !call) throw new Error("nothing arrived");
    expect([more, call.path, call.body]).toEqual([[], "/hook?a=1", JSON.stringify(event)]);
    const timestamp = Number(call.headers["webhook-timestamp"]);
    expect(call.headers).toMatchObject({
      ...webhookHeaders({ id: event.id, timestamp, body: call.body }, [endpoint.secret]),
      ...{ "content-type": "application/json; charset=utf-8", "x-request-id": "req_test" },
    });
    expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(300);
    const delivery = await only();
    expect(delivery).toMatchObject({ state: "delivered", eventId: event.id, eventType: "payment.captured", replay: 0 });
    expect(delivery.attempts).toMatchObject([{ number: 1, statusCode: 204, error: null }]);
    expect(delivery.attempts[0]?.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it("an endpoint is told of the types that it wants, of its own merchant and mode, from when it was made", async () => {
    const other = await desk.addMerchant();
    await desk.tell(merchantId, "card.created");
    const late = await desk.addEndpoint(merchantId, receiver.url, ["card.created", "card.deleted"]);
    const elsewhere = await desk.addEndpoint(other, receiver.url);
    await desk.setEndpoint(late.id, sql`enabled_at = now() + interval '1 millisecond'`);
    await sleep(5);
    await desk.tell(merchantId, "payment.captured");
    await desk.tell(merchantId, "card.deleted");
    await desk.run();
    const types = async (id: WebhookEndpointId) => (await desk.deliveries(id)).map(({ eventType }) => eventType);
    expect(new Set(await types(endpoint.id))).toEqual(new Set(["card.created", "payment.captured", "card.deleted"]));
    expect([await types(late.id), await types(elsewhere.id)]).toEqual([["card.deleted"], []]);
  });

  it("a failure is tried again after the ladder's waits, each attempt kept, the webhook-id always the same", async () => {
    const codes = [500, 404, 301, 429, 204];
    receiver.behave((response) => response.writeHead(codes[receiver.received.length - 1] ?? 599).end());
    await desk.tell(merchantId, "payment.failed");
    const waits: number[] = [];
    for (const _ of codes) {
      await desk.run();
      const { nextAttemptAt, attempts } = await only();
      waits.push(Math.round((nextAttemptAt.getTime() - (attempts.at(-1)?.endedAt?.getTime() ?? 0)) / 1000));
      await desk.makeDue(endpoint.id);
    }
    expect(await log()).toEqual(codes.map((code, index) => [index + 1, code]));
    expect((await only()).state).toBe("delivered");
    for (const [index, seconds] of [5, 60, 300, 1800].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(seconds);
      expect(waits[index]).toBeLessThanOrEqual(seconds * 1.1 + 1);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("after the last wait it is given up, and an endpoint that works otherwise stays enabled", async () => {
    receiver.behave(answering(500));
    await desk.tell(merchantId, "payment.failed");
    await desk.dispatch();
    await desk.setDeliveries(endpoint.id, sql`rung = 7`);
    await desk.run();
    expect([(await only()).state, (await desk.endpoint(endpoint.id)).status]).toEqual(["failed", "enabled"]);
  });
});

describe("webhooks.faults: the receiver", () => {
  it("hangs: given up after the time-out, and tried again", async () => {
    receiver.behave(() => {});
    await desk.tell(merchantId, "payment.captured");
    await desk.run({ timeoutMs: 150 });
    expect(await log()).toEqual([[1, "timeout"]]);
    expect((await only()).attempts[0]?.latencyMs).toBeGreaterThanOrEqual(140);
    receiver.behave(answering(200));
    await desk.makeDue(endpoint.id);
    await desk.run();
    expect((await only()).state).toBe("delivered");
  });

  it("answers with a body that never ends: its status counts, and the rest is cut off", async () => {
    let closed = false;
    receiver.behave((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x".repeat(16_384)), 1);
      response.on("close", () => {
        clearInterval(drip);
        closed = true;
      });
    });
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    expect([await log(), (await only()).state]).toEqual([[[1, 200]], "delivered"]);
    await expect.poll(() => closed).toBe(true);
  });

  it("resets the connection, or is not there: in the log, and tried again", async () => {
    receiver.behave((response) => response.destroy());
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    await desk.setEndpoint(endpoint.id, sql`url = 'http://127.0.0.1:9/'`);
    await desk.makeDue(endpoint.id);
    await desk.run();
    expect(await log()).toEqual([
      [1, "ECONNRESET"],
      [2, "ECONNREFUSED"],
    ]);
  });

  it("is down while our server dies over the attempt: sent again when the lease ends, nothing forgotten", async () => {
    receiver.behave(() => {});
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    const dead = desk.deliverer({ timeoutMs: 600_000 });
    await dead.turn();
    await expect.poll(() => receiver.received.length).toBe(1);
    // Nobody else has it while the dead one might still be alive.
    await desk.run();
    expect(receiver.received).toHaveLength(1);
    receiver.behave(answering(200));
    await desk.makeDue(endpoint.id);
    await desk.run();
    const { attempts, state } = await only();
    expect(attempts).toMatchObject([
      { number: 1, endedAt: null, statusCode: null, error: null },
      { number: 2, statusCode: 200 },
    ]);
    // What the dead one would still say changes nothing.
    await dead.stop(0);
    expect([state, (await only()).state, await log()]).toEqual([
      "delivered",
      "delivered",
      [
        [1, "server_stopped"],
        [2, 200],
      ],
    ]);
  });

  it("hangs while our server's process is killed (kill -9): sent again by another", { timeout: 60_000 }, async () => {
    receiver.behave(() => {});
    const server = desk.startProcess();
    await desk.tell(merchantId, "payment.captured");
    await expect.poll(() => receiver.received.length, { timeout: 50_000, interval: 50 }).toBe(1);
    const died = once(server, "exit");
    server.kill("SIGKILL");
    await died;
    receiver.behave(answering(200));
    await desk.makeDue(endpoint.id);
    await desk.run();
    expect((await only()).attempts).toMatchObject([{ endedAt: null }, { statusCode: 200 }]);
    const [first, second] = receiver.received;
    expect([second?.body, second?.headers["webhook-id"]]).toEqual([first?.body, first?.headers["webhook-id"]]);
  });

  it("hangs past our server's lease: what the late one then says moves no wait of the other's", async () => {
    receiver.behave(() => {});
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    const late = desk.deliverer({ timeoutMs: 700 });
    await late.turn();
    await expect.poll(() => receiver.received.length).toBe(1);
    receiver.behave(answering(500));
    await desk.makeDue(endpoint.id);
    await desk.run();
    const { nextAttemptAt } = await only();
    await late.stop(60_000);
    expect(await log()).toEqual([
      [1, "timeout"],
      [2, 500],
    ]);
    expect((await only()).nextAttemptAt).toEqual(nextAttemptAt);
  });

  it("hangs while our server stops: broken off, noted, and due again at once", async () => {
    receiver.behave(() => {});
    await desk.tell(merchantId, "payment.captured");
    await desk.dispatch();
    const stopping = desk.deliverer();
    await stopping.turn();
    await expect.poll(() => receiver.received.length).toBe(1);
    await stopping.stop(0);
    expect(await log()).toEqual([[1, "server_stopped"]]);
    receiver.behave(answering(200));
    await desk.run();
    expect([(await only()).state, receiver.received.length]).toEqual(["delivered", 2]);
  });
});

describe("ssrf.delivery: the attack is to have us send inside", () => {
  it("by a redirect: it is not followed, and fails", async () => {
    receiver.behave(answering(307, { location: `${receiver.url}/inside` }));
    await desk.tell(merchantId, "payment.captured");
    await desk.run();
    receiver.behave(answering(302, { location: "http://169.254.169.254/latest/meta-data" }));
    await desk.makeDue(endpoint.id);
    await desk.run();
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook?a=1", "/hook?a=1"]);
    expect([await log(), (await only()).state]).toEqual([
      [
        [1, 307],
        [2, 302],
      ],
      "pending",
    ]);
  });

  it.each([
    ["a name that leads to the cloud's metadata", ["169.254.169.254"], true],
    ["a name that leads to this machine", ["127.0.0.1"], false],
    ["a name with one address outside and one inside", ["203.0.114.1", "10.0.0.1"], false],
    ["a name that leads to a mapped address", ["::ffff:127.0.0.1"], false],
  ])("by %s: nothing is sent", async (_, addresses, allowPrivate) => {
    const family = (address: string) => (address.includes(":") ? 6 : 4);
    const resolve = async () => addresses.map((address) => ({ address, family: family(address) }) as const);
    await desk.tell(merchantId, "payment.captured");
    await desk.run({ allowPrivate, resolve });
    expect([await log(), receiver.received]).toEqual([[[1, "address_refused"]], []]);
  });

  it("by a name that leads elsewhere from one moment to the next: the address that was looked at is connected to", async () => {
    const named = await desk.addEndpoint(merchantId, receiver.url.replace("127.0.0.1", "receiver.test"));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 } as const];
    };
    await desk.setEndpoint(endpoint.id, sql`status = 'disabled'`);
    await desk.tell(merchantId, "payment.captured");
    await desk.run({ resolve });
    expect([asked, receiver.received.length]).toEqual([1, 1]);
    expect((await desk.deliveries(named.id)).map(({ state }) => state)).toEqual(["delivered"]);
    expect(receiver.received[0]?.headers.host).toMatch(/^receiver\.test:/);
  });

  it("by a name that nobody knows: nothing is sent", async () => {
    await desk.tell(merchantId, "payment.captured");
    await desk.run({ resolve: async () => [] });
    expect([await log(), receiver.received]).toEqual([[[1, "name_not_found"]], []]);
  });
});

describe("webhooks.secret: while it is rotated", () => {
  it("both sign for a day, then the new one alone", async () => {
    const { id } = endpoint;
    await desk.setEndpoint(id, sql`previous_secret = secret, previous_secret_until = now() + interval '1 minute'`);
    await desk.tell(merchantId, "payment.captured", newId("pay"));
    await desk.run();
    await desk.setEndpoint(id, sql`previous_secret_until = now() - interval '1 second'`);
    await desk.tell(merchantId, "payment.captured", newId("pay"));
    await desk.run();
    expect(receiver.received.map(({ headers }) => String(headers["webhook-signature"]).split(" ").length)).toEqual([
      2, 1,
    ]);
  });
});
