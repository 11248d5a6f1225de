import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signatureOf, startListener } from "./testing/callback-listener";
import { type Sandbox, startSandbox } from "./testing/start-sandbox";

const SECRET = "a secret of thirty-two characters";

let listener: Awaited<ReturnType<typeof startListener>>;
let sandbox: Sandbox;
beforeAll(async () => {
  listener = await startListener();
  sandbox = await startSandbox({ callback: { url: listener.url, secret: SECRET } });
});
afterAll(async () => {
  await sandbox.stop();
  listener.stop();
});

async function post(path: string, key: string, body: object, at = sandbox): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  const response = await fetch(at.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

function charge(key: string, changes: object = {}, number = "4242424242424242", at = sandbox) {
  const card = { number, exp_month: 12, exp_year: 2030 };
  const order = { amount: "10.00", currency: "INR", card, capture: true, merchant: "mer_1", ...changes };
  return post("/v1/charges", key, order, at);
}

async function callbacksOf(id: unknown, at = sandbox): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${at.url}/v1/charges/${id}/callbacks`);
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data;
}

describe("callbacks", () => {
  it("tell every change of a charge, once, signed, with the key that asked for it", async () => {
    const held = await charge("life", { capture: false, reference: "order 1" });
    await listener.waitFor("life", 1);
    await post(`/v1/charges/${held.id}/capture`, "life:capture", { amount: "7.50" });
    await listener.waitFor("life", 2);
    await post(`/v1/charges/${held.id}/refunds`, "life:refund", { amount: "2.50" });
    const told = await listener.waitFor("life", 3);
    const base = { id: held.id, merchant: "mer_1", reference: "order 1", amount: "10.00", currency: "INR" };
    expect(told.map(({ body }) => body)).toMatchObject([
      { type: "charge.authorized", request: { idempotency_key: "life" }, charge: { ...base, captured: "0.00" } },
      { type: "charge.captured", request: { idempotency_key: "life:capture" }, charge: { ...base, captured: "7.50" } },
      {
        type: "refund.succeeded",
        request: { idempotency_key: "life:refund" },
        charge: { ...base, refunded: "2.50" },
        refund: { idempotency_key: "life:refund", charge: held.id, amount: "2.50", status: "succeeded" },
      },
    ]);
    for (const { text, signature } of told) expect(signature).toBe(signatureOf(SECRET, text, signature));
    expect(new Set(told.map(({ body }) => body.id)).size).toBe(3);
    await expect
      .poll(() => callbacksOf(held.id))
      .toMatchObject(
        Array.from({ length: 3 }, () => ({ attempts: 1, last_result: "204", delivered_at: expect.any(String) })),
      );
  });

  it("tell a void and a decline, and nothing of what was refused or sent again", async () => {
    const held = await charge("voided", { capture: false });
    await post(`/v1/charges/${held.id}/void`, "voided:void", {});
    await post(`/v1/charges/${held.id}/void`, "voided:void", {});
    await post(`/v1/charges/${held.id}/void`, "voided:again", {});
    await charge("declined", {}, "4000000000000002");
    await charge("declined", {}, "4000000000000002");
    const [declined] = await listener.waitFor("declined", 1);
    expect(declined?.body).toMatchObject({ type: "charge.declined", charge: { decline_code: "card_declined" } });
    await sleep(300);
    const types = async (key: string) => (await listener.waitFor(key, 1)).map(({ body }) => body.type);
    expect((await types("voided")).toSorted()).toEqual(["charge.authorized", "charge.voided"]);
    expect(await types("declined")).toEqual(["charge.declined"]);
  });

  it("come also where the answer is lost, and before an answer that is late", async () => {
    const events: string[] = [];
    const late = charge("late", {}, "4000000000009052").then(() => events.push("answered"));
    const told = listener.waitFor("late", 1).then(([first]) => events.push(String(first?.body.type)));
    await Promise.all([late, told]);
    expect(events).toEqual(["charge.captured", "answered"]);
    await charge("reset", {}, "4000000000009060").catch(() => undefined);
    expect(await listener.waitFor("reset", 1)).toHaveLength(1);
  });

  it("of 4000000000009094 come 20 times at once, once out of order", async () => {
    // So long that all are seen to be there at once.
    listener.answerAfter(500);
    await charge("swarm", {}, "4000000000009094");
    const told = await listener.waitFor("swarm", 20);
    await sleep(300);
    listener.answerAfter(20);
    expect(await listener.waitFor("swarm", 20)).toHaveLength(20);
    expect(told.slice(0, 19).map(({ body }) => body.type)).toEqual(Array(19).fill("charge.captured"));
    expect(told.at(-1)?.body).toMatchObject({ type: "charge.authorized", charge: { status: "authorized" } });
    expect(new Set(told.map(({ body }) => body.id)).size).toBe(11);
    expect(listener.mostAtOnce()).toBeGreaterThan(10);
  });
});

// The attack: whoever is called back is away for a while, and never hears of what was charged meanwhile.
describe("a callback that is not taken", () => {
  it("is sent again until it is", { timeout: 15_000 }, async () => {
    listener.answerWith(503);
    const { id } = await charge("retried");
    await listener.waitFor("retried", 1);
    listener.answerWith(200);
    const [first, second] = await listener.waitFor("retried", 2);
    expect(second?.text).toBe(first?.text);
    expect(second?.signature).toBe(signatureOf(SECRET, second?.text ?? "", second?.signature ?? ""));
    await expect.poll(() => callbacksOf(id)).toMatchObject([{ attempts: 2, last_result: "200" }]);
  });

  it("outlives kill -9", { timeout: 20_000 }, async () => {
    const away = { url: "http://127.0.0.1:9/callbacks", secret: SECRET };
    const first = await startSandbox({ callback: away });
    const { id } = await charge("survivor", {}, "4242424242424242", first);
    await expect.poll(() => callbacksOf(id, first)).toMatchObject([{ attempts: 1, last_result: "lost" }]);
    await first.kill();
    const second = await startSandbox({
      ledgerPath: first.ledgerPath,
      callback: { url: listener.url, secret: SECRET },
    });
    try {
      listener.answerWith(200);
      expect(await listener.waitFor("survivor", 1)).toHaveLength(1);
    } finally {
      await second.stop();
      await first.stop();
    }
  });
});

it("a callback waits as long as it is told to, so that the answer comes first", async () => {
  const slow = await startSandbox({ callback: { url: listener.url, secret: SECRET, delayMs: 400 } });
  listener.answerWith(200);
  const startedAt = performance.now();
  await charge("slow", {}, "4242424242424242", slow);
  expect(await listener.waitFor("slow", 1)).toHaveLength(1);
  expect(performance.now() - startedAt).toBeGreaterThan(390);
  await slow.stop();
});

it("nobody is called back where no address was given", async () => {
  const silent = await startSandbox();
  const { id } = await charge("silent", {}, "4242424242424242", silent);
  expect(await callbacksOf(id, silent)).toEqual([]);
  await silent.stop();
});

it.each([
  ["no secret", { url: "http://127.0.0.1:9/", secret: "" }, "SANDBOX_CALLBACK_SECRET"],
  ["a short secret", { url: "http://127.0.0.1:9/", secret: "short" }, "SANDBOX_CALLBACK_SECRET"],
  ["no address", { url: "", secret: SECRET }, "SANDBOX_CALLBACK_URL"],
  ["another kind of address", { url: "file:///etc/passwd", secret: SECRET }, "SANDBOX_CALLBACK_URL"],
])("does not start with %s", async (_what, callback, name) => {
  await expect(startSandbox({ callback })).rejects.toThrow(name);
});
