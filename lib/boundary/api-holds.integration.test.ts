import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectKey } from "@/lib/idempotency/inspect-key-store";
import { newId } from "@/lib/ids/id";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { expectField, refusal } from "./testing/input-desk";
import { type MoneyDesk, openMoneyDesk } from "./testing/money-desk";

let sandbox: Sandbox;
let desk: MoneyDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openMoneyDesk(sandbox.url, { GATEWAY_TIMEOUT_MS: "1000" });
});
afterAll(async () => {
  await desk.close();
  await sandbox.stop();
});

describe("capture", () => {
  it("takes all that is held, once, and tells of it; its answer is the payment as it is", async () => {
    const id = await desk.hold();
    const answer = await desk.post(`/payments/${id}/capture`, {});
    expect([answer.status, answer.json.status, answer.json.amount_captured]).toEqual([200, "captured", "100.00"]);
    expect(answer.json.pending_operation).toBeNull();
    expect((await desk.read(`/payments/${id}`)).text).toBe(answer.text);
    expect(await desk.ledger(id)).toMatchObject({ status: "captured", captured: "100.00" });
    expect(refusal(await desk.post(`/payments/${id}/capture`, {}))).toEqual([409, "invalid_state"]);
    expect(await desk.ledger(id)).toMatchObject({ captured: "100.00", refunded: "0.00" });
  });

  it("takes a part, and the rest is released: what may be refunded is what was taken", async () => {
    const id = await desk.hold();
    const { json } = await desk.post(`/payments/${id}/capture`, { amount: "40" });
    expect(json).toMatchObject({ status: "captured", amount: "100.00", amount_captured: "40.00" });
    expect(await desk.ledger(id)).toMatchObject({ status: "captured", captured: "40.00" });
    expectField(
      await desk.post(`/payments/${id}/refunds`, { amount: "40.01" }),
      "/amount",
      "amount_exceeds_refundable",
    );
    const refund = await desk.post(`/payments/${id}/refunds`, {});
    expect(refund.json).toMatchObject({ amount: "40.00", status: "succeeded" });
  });

  it("with no body at all takes everything", async () => {
    const id = await desk.hold();
    const request = { method: "POST", path: `/api/v1/payments/${id}/capture`, idempotencyKey: desk.newKey() } as const;
    const answer = await desk.send(desk.key, { ...request, headers: { "content-type": null } });
    expect([answer.status, answer.json.amount_captured]).toEqual([200, "100.00"]);
  });

  it("is replayed byte for byte under its key, and another body under it is refused", async () => {
    const id = await desk.hold();
    const key = desk.newKey();
    const first = await desk.post(`/payments/${id}/capture`, { amount: "40.00" }, key);
    await desk.post(`/payments/${id}/refunds`, {});
    const again = await desk.post(`/payments/${id}/capture`, { amount: "40.00" }, key);
    expect([again.status, again.text, again.headers.get("idempotent-replayed")]).toEqual([200, first.text, "true"]);
    expect(refusal(await desk.post(`/payments/${id}/capture`, { amount: "41.00" }, key))).toEqual([
      422,
      "idempotency_key_reused",
    ]);
    expect(refusal(await desk.post(`/payments/${id}/void`, {}, key))).toEqual([422, "idempotency_key_reused"]);
    const other = await desk.hold();
    expect(refusal(await desk.post(`/payments/${other}/capture`, { amount: "40.00" }, key))).toEqual([
      422,
      "idempotency_key_reused",
    ]);
  });

  it.each<[unknown, string]>([
    ["1e1", "amount_invalid"],
    ["1,000.00", "amount_invalid"],
    ["٣", "amount_invalid"],
    ["0", "amount_invalid"],
    ["0.00", "amount_invalid"],
    ["-1", "amount_invalid"],
    ["", "amount_invalid"],
    [" 1", "amount_invalid"],
    ["01", "amount_invalid"],
    [1, "amount_invalid"],
    [null, "amount_invalid"],
    [{}, "amount_invalid"],
    ["9".repeat(400), "amount_invalid"],
    ["1.001", "amount_precision"],
    ["100.01", "amount_exceeds_authorized"],
    ["999999999999", "amount_exceeds_authorized"],
  ])("of %j: 422 %s, the key stays free and the hold stays", async (amount, code) => {
    const id = await desk.hold();
    const key = desk.newKey();
    expectField(await desk.post(`/payments/${id}/capture`, { amount }, key), "/amount", code);
    expect((await desk.read(`/payments/${id}`)).json).toMatchObject({ status: "authorized", pending_operation: null });
    expect((await desk.post(`/payments/${id}/capture`, {}, key)).status).toBe(200);
  });

  it("of a currency without decimals: 1.5 is too precise", async () => {
    const id = await desk.hold({ currency: "JPY", amount: "100" });
    expectField(await desk.post(`/payments/${id}/capture`, { amount: "1.5" }), "/amount", "amount_precision");
  });
});

describe("void", () => {
  it("lets go what is held, once", async () => {
    const id = await desk.hold();
    const answer = await desk.post(`/payments/${id}/void`, {});
    expect([answer.status, answer.json.status, answer.json.amount_captured]).toEqual([200, "voided", "0.00"]);
    expect(await desk.ledger(id)).toMatchObject({ status: "voided", captured: "0.00" });
    expect(refusal(await desk.post(`/payments/${id}/void`, {}))).toEqual([409, "invalid_state"]);
  });

  it("gives the merchant's reference back", async () => {
    const id = await desk.hold({ reference: "let-go" });
    const taken = { amount: "1", currency: "INR", card: desk.card, reference: "let-go" };
    expect(refusal(await desk.post("/payments", taken))).toEqual([409, "reference_taken"]);
    await desk.post(`/payments/${id}/void`, {});
    expect((await desk.post("/payments", taken)).status).toBe(201);
  });
});

describe.each(["capture", "void"] as const)("%s", (operation) => {
  it.each(["captured", "voided", "failed", "partially_refunded", "refunded"] as const)(
    "of a payment that is %s: 409 invalid_state, and the key stays free",
    async (state) => {
      const id = await desk.inState[state]();
      const key = desk.newKey();
      const before = await desk.ledger(id);
      expect(refusal(await desk.post(`/payments/${id}/${operation}`, {}, key))).toEqual([409, "invalid_state"]);
      expect(await desk.ledger(id)).toEqual(before);
      const free = await desk.hold();
      expect((await desk.post(`/payments/${free}/${operation}`, {}, key)).status).toBe(200);
    },
  );

  it("of a payment whose outcome is not known: 409", async () => {
    const id = await desk.pay({ capture: false, card: await desk.cardNumbered("4000000000009029") });
    expect(refusal(await desk.post(`/payments/${id}/${operation}`, {}))).toEqual([409, "invalid_state"]);
  });

  it("of another merchant's payment, of the other mode's, or of one that never was: the same 404", async () => {
    const id = await desk.hold();
    const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
    const live = await desk.world.addApiKey(desk.merchantId, { mode: "live" });
    const answers = [
      await desk.post(`/payments/${id}/${operation}`, {}, desk.newKey(), stranger),
      await desk.post(`/payments/${id}/${operation}`, {}, desk.newKey(), live),
      await desk.post(`/payments/${newId("pay")}/${operation}`, {}),
      await desk.post(`/payments/x/${operation}`, {}),
    ];
    expect(answers.map(refusal)).toEqual(answers.map(() => [404, "not_found"]));
    const bodies = answers.map(({ json: { request_id: _, ...rest } }) => JSON.stringify(rest));
    expect(new Set(bodies).size).toBe(1);
    expect((await desk.read(`/payments/${id}`)).json.status).toBe("authorized");
  });

  it("needs a key of 1 to 255 printable characters, a JSON body and no other fields", async () => {
    const id = await desk.hold();
    const path = `/api/v1/payments/${id}/${operation}`;
    const send = (more: object) => desk.send(desk.key, { method: "POST", path, body: {}, ...more });
    expect(refusal(await send({}))).toEqual([400, "idempotency_key_missing"]);
    expect(refusal(await send({ idempotencyKey: "k".repeat(256) }))).toEqual([400, "idempotency_key_invalid"]);
    expect(refusal(await send({ idempotencyKey: "a", body: "{" }))).toEqual([400, "malformed_body"]);
    const text = { headers: { "content-type": "text/plain" } };
    expect(refusal(await send({ idempotencyKey: "b", ...text }))).toEqual([415, "unsupported_media_type"]);
    expectField(await send({ idempotencyKey: "c", body: { tip: "1" } }), "/tip", "field_unknown");
    expect(refusal(await send({ idempotencyKey: "d", body: [] }))).toEqual([422, "field_invalid"]);
    expect((await desk.send(desk.key, { method: "GET", path })).status).toBe(405);
    expect((await desk.read(`/payments/${id}`)).json.status).toBe("authorized");
  });

  it("is not for a key without the permission", async () => {
    const id = await desk.hold();
    const reader = await desk.world.addApiKey(desk.merchantId, { permissions: ["payments:read", "refunds:write"] });
    const answer = await desk.post(`/payments/${id}/${operation}`, {}, desk.newKey(), reader);
    expect(refusal(answer)).toEqual([403, "permission_denied"]);
  });

  it("counts against the quota of payments", async () => {
    const answer = await desk.post(`/payments/${await desk.hold()}/${operation}`, {});
    expect(answer.headers.get("ratelimit-policy")).toMatch(/^"create_payment"/);
  });
});

describe("idempotency.inspected: what a key has seen", () => {
  it("the first call and its answer, what it made, and who came again; to its merchant alone", async () => {
    const [holding, capturing, refunding, unused] = [desk.newKey(), desk.newKey(), desk.newKey(), desk.newKey()];
    const body = { amount: "10.00", currency: "INR", card: desk.card, capture: false };
    const { json } = await desk.post("/payments", body, holding);
    const id = String(json.id);
    const path = `/payments/${id}/capture`;
    await desk.post(path, {}, capturing);
    await desk.post(path, {}, capturing);
    await desk.post(path, { amount: "1.00" }, capturing);
    const refund = await desk.post(`/payments/${id}/refunds`, {}, refunding);
    const { client } = desk.world;
    const look = (key: string, merchantId = desk.merchantId) =>
      inspectKey(client.db, { merchantId, mode: "test" }, key);
    const made = { paymentId: id, refundId: null, operation: null, customerId: null, running: false, replays: 0 };
    const answered = { createdAt: expect.any(Date), completedAt: expect.any(Date), lastReplayedAt: null, conflicts: 0 };
    expect(await look(holding)).toMatchObject({ ...made, ...answered, path: "/api/v1/payments", status: 201 });
    expect(await look(capturing)).toMatchObject({
      ...{ ...made, operation: "capture", replays: 1, lastReplayedAt: expect.any(Date) },
      ...{ method: "POST", status: 200, conflicts: 1, lastConflictAt: expect.any(Date) },
    });
    expect(await look(refunding)).toMatchObject({ ...made, ...answered, refundId: refund.json.id, status: 201 });
    expect(await look(unused)).toBeNull();
    expect(await look(holding, await desk.world.addMerchant())).toBeNull();
  });
});
