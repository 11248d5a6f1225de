import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import { newId } from "@/lib/ids/id";
import { refusal } from "./testing/input-desk";
import { ADA, openVaultDesk, type VaultDesk } from "./testing/vault-desk";

let acquirer: Server;
let desk: VaultDesk;
beforeAll(async () => {
  // Takes every call and says nothing until its caller has given up.
  acquirer = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(acquirer, "listening");
  const address = acquirer.address();
  desk = await openVaultDesk(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  acquirer.closeAllConnections();
  acquirer.close();
  await desk.close();
});

const CARD = { number: "4242424242424242", exp_month: 12, exp_year: 2040 };
const REUSED = [422, "idempotency_key_reused"];

let keys = 0;
const newKey = () => {
  keys += 1;
  return `idempotency-${keys}`;
};

describe("idempotency.known: a key that was used before decides, whatever the body is worth", () => {
  it.each([
    ["with a wrong field", { ...CARD, number: "1" }],
    ["with an unknown field", { ...CARD, x: 1 }],
    ["with nothing in it", {}],
    ["that is no object", [CARD]],
    ["that is no JSON", "{"],
  ])("a body %s is another request: 422 idempotency_key_reused, counted", async (_what, body) => {
    const key = newKey();
    expect((await desk.post("/cards", CARD, key)).status).toBe(201);
    expect(refusal(await desk.post("/cards", body, key))).toEqual(REUSED);
    const [row] = await desk.world.owner.db.execute(sql`select conflicts from idempotency_keys where key = ${key}`);
    expect(row).toEqual({ conflicts: 1 });
  });

  it("a free key does not make a wrong body right, and stays free", async () => {
    const key = newKey();
    expect(refusal(await desk.post("/cards", { ...CARD, number: "1" }, key))).toEqual([422, "card_number_invalid"]);
    expect((await desk.post("/cards", CARD, key)).status).toBe(201);
  });

  it("the same card is answered as the first time, also with a wrong security code", async () => {
    const key = newKey();
    const first = await desk.post("/cards", CARD, key);
    expect((await desk.post("/cards", { ...CARD, cvc: "1" }, key)).text).toBe(first.text);
  });

  it("and once its month is over by the database's clock", async () => {
    const [key, expired] = [newKey(), { ...CARD, exp_year: 2020 }];
    const first = await desk.post("/cards", CARD, key);
    expect(refusal(await desk.post("/cards", expired, newKey()))).toEqual([422, "card_expired"]);
    // As if the first request had said so, years ago.
    const scope = [desk.merchantId, "test", "POST", "/api/v1/cards"];
    const digest = requestFingerprint(desk.world.ring, scope, expired).toString("hex");
    await desk.world.tamper(sql`update idempotency_keys set fingerprint = decode(${digest}, 'hex') where key = ${key}`);
    const replayed = await desk.post("/cards", expired, key);
    expect([replayed.status, replayed.text]).toEqual([201, first.text]);
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
  });

  it("a customer's answer is opened for it too, and is never given as it is stored", async () => {
    const key = newKey();
    const first = await desk.post("/customers", ADA, key);
    const again = await desk.post("/customers", { ...ADA, cvc: "left out of the comparison" }, key);
    expect([again.status, again.text]).toEqual([201, first.text]);
  });

  it("the fault is an erasure between reading a customer's answer and opening it: 409, and the key is free then", async () => {
    const key = newKey();
    await desk.post("/customers", ADA, key);
    await desk.world.tamper(sql`update idempotency_keys set customer_id = ${newId("cus")} where key = ${key}`);
    const racing = await desk.post("/customers", ADA, key);
    expect(refusal(racing)).toEqual([409, "idempotency_key_in_use"]);
    expect(racing.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  });
});

describe("idempotency.running: the first call is still running", () => {
  it("the second waits ten seconds, then 409 idempotency_key_in_use with Retry-After; the first is not disturbed", async () => {
    const body = { amount: "12.50", currency: "INR", card: await desk.addCard() };
    const key = newKey();
    const first = desk.post("/payments", body, key);
    const begun = () => desk.world.owner.db.execute(sql`select 1 from idempotency_keys where key = ${key}`);
    await expect.poll(begun, { interval: 10 }).toHaveLength(1);
    const second = desk.post("/payments", body, key);
    // The clock that waiting is measured by, ten seconds on as soon as the second has begun to wait.
    const real = performance.now.bind(performance);
    const from = real();
    vi.spyOn(performance, "now").mockImplementation(() => real() + (real() - from > 200 ? 10_000 : 0));
    const refused = await second;
    expect(refusal(refused)).toEqual([409, "idempotency_key_in_use"]);
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    vi.restoreAllMocks();
    const answer = await first;
    expect([answer.status, answer.json.status]).toEqual([202, "pending"]);
    expect((await desk.post("/payments", body, key)).text).toBe(answer.text);
  });
});
