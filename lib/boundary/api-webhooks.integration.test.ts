import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { dispatchEvents } from "@/lib/webhooks/dispatch";
import { expectField, refusal } from "./testing/input-desk";
import { idOf, idsIn, openVaultDesk, type VaultDesk } from "./testing/vault-desk";

let desk: VaultDesk;
beforeAll(async () => {
  desk = await openVaultDesk();
});
beforeEach(() => desk.world.tamper(sql`update webhook_endpoints set status = 'deleted', secret = null`));
afterAll(() => desk.close());

/** A public address by itself: no name server is asked. */
const URL = "https://8.8.8.8/hooks?shop=1";
const ENDPOINT = { url: URL, events: ["*"] };
const make = async (fields = {}) => idOf(await desk.post("/webhook-endpoints", { ...ENDPOINT, ...fields }));

describe("POST /webhook-endpoints", () => {
  it("shows the secret this once, in the contract's form; it is in plain text nowhere", async () => {
    const answer = await desk.post("/webhook-endpoints", ENDPOINT);
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      ...{
        id: expect.stringMatching(/^whk_[0-9a-z]{26}$/),
        object: "webhook_endpoint",
        ...ENDPOINT,
        status: "enabled",
      },
      ...{ disabled_at: null, previous_secret_until: null, mode: "test", created_at: expect.any(String) },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    const { secret, ...shown } = answer.json;
    expect((await desk.get(`/webhook-endpoints/${answer.json.id}`)).json).toEqual(shown);
    expect((await desk.get("/webhook-endpoints")).json).toEqual({ data: [shown], next_cursor: null });
    expect(await desk.world.dump()).not.toContain(String(secret));
  });

  it("with a key it is made once, and the replay is the same bytes; what is stored for it is sealed", async () => {
    const first = await desk.post("/webhook-endpoints", ENDPOINT, "webhook-1");
    const second = await desk.post("/webhook-endpoints", ENDPOINT, "webhook-1");
    expect([second.status, second.text, second.headers.get("idempotent-replayed")]).toEqual([201, first.text, "true"]);
    expect(idsIn(await desk.get("/webhook-endpoints"))).toEqual([first.json.id]);
    const rotate = () => desk.post(`/webhook-endpoints/${first.json.id}/rotate-secret`, {}, "webhook-2");
    expect((await rotate()).text).toBe((await rotate()).text);
    const dump = await desk.world.dump();
    for (const { json } of [first, await rotate()]) expect(dump).not.toContain(String(json.secret));
  });

  it.each([
    ...["http://127.0.0.1/", "http://localhost:3000/x", "https://a.localhost/", "http://[::1]/", "http://10.0.0.1/"],
    ...["http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/", "http://0x7f.1/"],
    ...["http://2130706433/", "http://192.168.0.1:8080/", "http://0.0.0.0/", "http://[64:ff9b::a9fe:a9fe]/"],
  ])("ssrf.creation: the attack is %s", async (url) => {
    expectField(await desk.post("/webhook-endpoints", { ...ENDPOINT, url }), "/url", "webhook_url_refused");
  });

  it.each([
    ["url", "ftp://8.8.8.8/", "field_invalid"],
    ["url", "javascript:alert(1)", "field_invalid"],
    ["url", "8.8.8.8", "field_invalid"],
    ["url", "https://user:pass@8.8.8.8/", "field_invalid"],
    ["url", "https://user@8.8.8.8/", "field_invalid"],
    ["url", "https://8.8.8.8/#", "field_invalid"],
    ["url", `https://8.8.8.8/${"x".repeat(2000)}`, "field_invalid"],
    ["url", "https://8.8.8.8/?card=4242424242424242", "card_number_in_text"],
    ["url", "https://8.8.8.8/?card=%34242424242424242", "card_number_in_text"],
    ["url", 7, "field_invalid"],
    ["url", undefined, "field_missing"],
    ["events", [], "field_invalid"],
    ["events", undefined, "field_missing"],
    ["secret", "whsec_mine", "field_unknown"],
  ])("%s %j is refused", async (name, value, code) => {
    expectField(await desk.post("/webhook-endpoints", { ...ENDPOINT, [name]: value }), `/${name}`, code);
  });

  it("an event type that there is not is refused; one that is named twice counts once", async () => {
    const answer = await desk.post("/webhook-endpoints", { ...ENDPOINT, events: ["payment.captured", "payment.paid"] });
    expectField(answer, "/events/1", "field_invalid");
    const twice = await desk.post("/webhook-endpoints", { ...ENDPOINT, events: ["card.created", "card.created"] });
    expect(twice.json.events).toEqual(["card.created"]);
  });

  it("there are twenty at most, also when they are made at once", async () => {
    const answers = await Promise.all(Array.from({ length: 22 }, () => desk.post("/webhook-endpoints", ENDPOINT)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201).map(refusal);
    expect(refused).toEqual(Array(2).fill([409, "webhook_endpoints_full"]));
    expect(idsIn(await desk.get("/webhook-endpoints?limit=7"))).toHaveLength(7);
  });
});

describe("an endpoint", () => {
  it("its secret is rotated: another one, and the one before signs for a day", async () => {
    const made = await desk.post("/webhook-endpoints", ENDPOINT);
    const rotated = await desk.post(`/webhook-endpoints/${made.json.id}/rotate-secret`, {});
    expect([rotated.status, rotated.json.id]).toEqual([200, made.json.id]);
    expect(rotated.json.secret).not.toBe(made.json.secret);
    const until = Date.parse(String(rotated.json.previous_secret_until)) - Date.now();
    expect(Math.abs(until - 24 * 3600_000)).toBeLessThan(60_000);
  });

  it("once deleted is nowhere: neither by its id nor in the list, and it is deleted once", async () => {
    const id = await make();
    expect((await desk.delete(`/webhook-endpoints/${id}`)).status).toBe(204);
    expect(refusal(await desk.delete(`/webhook-endpoints/${id}`))).toEqual([404, "not_found"]);
    expect((await desk.get("/webhook-endpoints")).json.data).toEqual([]);
    for (const path of ["", "/deliveries"]) {
      expect(refusal(await desk.get(`/webhook-endpoints/${id}${path}`))).toEqual([404, "not_found"]);
    }
    expect(refusal(await desk.post(`/webhook-endpoints/${id}/rotate-secret`, {}))).toEqual([404, "not_found"]);
  });

  it("its deliveries are listed with every attempt, and are tried again at once", async () => {
    const id = await make({ events: ["card.created"] });
    await desk.addCard();
    await dispatchEvents(desk.world.client);
    const { json } = await desk.get(`/webhook-endpoints/${id}/deliveries`);
    const [event] = (await desk.get("/events?limit=1")).json.data as { id: string }[];
    const delivery = {
      ...{
        id: expect.stringMatching(/^whd_[0-9a-z]{26}$/),
        object: "webhook_delivery",
        endpoint: id,
        event: event?.id,
      },
      ...{ event_type: "card.created", replayed: false, status: "pending", attempts: [] },
      ...{ next_attempt_at: expect.any(String), created_at: expect.any(String), ended_at: null },
    };
    expect(json).toEqual({ data: [delivery], next_cursor: null });
    const [deliveryId] = idsIn(await desk.get(`/webhook-endpoints/${id}/deliveries`));
    const retried = await desk.post(`/webhook-deliveries/${deliveryId}/retry`, {}, "retry-1");
    expect([retried.status, retried.json]).toEqual([202, { ...delivery, id: deliveryId }]);
    expect((await desk.post(`/webhook-deliveries/${deliveryId}/retry`, {}, "retry-1")).text).toBe(retried.text);
    expect(refusal(await desk.other.post(`/webhook-deliveries/${deliveryId}/retry`, {}))).toEqual([404, "not_found"]);
    const live = desk.as(await desk.world.addApiKey(desk.merchantId, { mode: "live" }));
    expect(refusal(await live.post(`/webhook-deliveries/${deliveryId}/retry`, {}))).toEqual([404, "not_found"]);
  });
});

describe("webhooks.access", () => {
  it("another merchant's is 404, as one that never was", async () => {
    const id = await make();
    for (const [client, of] of [
      [desk.other, id],
      [desk, newId("whk")],
      [desk, "whk_x"],
    ] as const) {
      const path = `/webhook-endpoints/${of}`;
      const answers = [await client.get(path), await client.get(`${path}/deliveries`), await client.delete(path)];
      answers.push(await client.post(`${path}/rotate-secret`, {}));
      expect(answers.map(refusal)).toEqual(Array(4).fill([404, "not_found"]));
    }
    expect((await desk.other.get("/webhook-endpoints")).json.data).toEqual([]);
    expect(refusal(await desk.post("/webhook-deliveries/whd_x/retry", {}))).toEqual([404, "not_found"]);
  });

  it("reading and changing have a permission each", async () => {
    const id = await make();
    const reader = desk.as(await desk.world.addApiKey(desk.merchantId, { permissions: ["webhooks:read"] }));
    const writer = desk.as(await desk.world.addApiKey(desk.merchantId, { permissions: ["webhooks:write"] }));
    const reads = (client: VaultDesk | VaultDesk["other"]) => [
      client.get("/webhook-endpoints"),
      client.get(`/webhook-endpoints/${id}`),
      client.get(`/webhook-endpoints/${id}/deliveries`),
    ];
    const writes = (client: VaultDesk | VaultDesk["other"]) => [
      client.post("/webhook-endpoints", ENDPOINT),
      client.post(`/webhook-endpoints/${id}/rotate-secret`, {}),
      client.post("/webhook-deliveries/whd_x/retry", {}),
      client.delete(`/webhook-endpoints/${id}`),
    ];
    const denied = (await Promise.all([...reads(writer), ...writes(reader)])).map(refusal);
    expect(denied).toEqual(Array(7).fill([403, "permission_denied"]));
    expect((await Promise.all(reads(reader))).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
