import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
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

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("a refund", () => {
  it("is as the contract shows it, to the order of its members, wherever it is read", async () => {
    const id = await desk.pay();
    const answer = await desk.post(`/payments/${id}/refunds`, { amount: "12.5", reason: "Damaged" });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.json)).toEqual("id object payment amount currency status reason created_at".split(" "));
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^ref_/),
      object: "refund",
      payment: id,
      amount: "12.50",
      currency: "INR",
      status: "succeeded",
      reason: "Damaged",
      created_at: expect.stringMatching(TIME),
    });
    expect(answer.headers.get("ratelimit-policy")).toMatch(/^"refund"/);
    expect((await desk.read(`/refunds/${answer.json.id}`)).text).toBe(answer.text);
    expect((await desk.read(`/payments/${id}/refunds`)).json).toEqual({ data: [answer.json], next_cursor: null });
    expect((await desk.read(`/payments/${id}`)).json).toMatchObject({
      status: "partially_refunded",
      amount_captured: "100.00",
      amount_refunded: "12.50",
    });
    expect(await desk.ledger(id)).toMatchObject({ refunded: "12.50" });
  });

  it("without an amount gives back all that is left, to the last minor unit", async () => {
    const id = await desk.pay({ amount: "10.01" });
    for (const amount of ["3.33", "3.33"]) await desk.post(`/payments/${id}/refunds`, { amount });
    const last = await desk.post(`/payments/${id}/refunds`, {});
    expect(last.json).toMatchObject({ amount: "3.35", reason: null });
    expect((await desk.read(`/payments/${id}`)).json).toMatchObject({ status: "refunded", amount_refunded: "10.01" });
    expect(await desk.ledger(id)).toMatchObject({ status: "refunded", refunded: "10.01" });
  });

  it("of a currency with three decimals, and of one with none", async () => {
    for (const [currency, amount, part] of [
      ["KWD", "1.234", "0.234"],
      ["JPY", "500", "1"],
    ]) {
      const id = await desk.pay({ currency, amount });
      expect((await desk.post(`/payments/${id}/refunds`, { amount: part })).json.amount).toBe(part);
      expect(await desk.ledger(id)).toMatchObject({ refunded: part });
    }
  });

  it("is made once per key, byte for byte, whatever has become of the payment", async () => {
    const id = await desk.pay();
    const key = desk.newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => desk.post(`/payments/${id}/refunds`, { amount: "60.00" }, key)),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await desk.post(`/payments/${id}/refunds`, {});
    const replay = await desk.post(`/payments/${id}/refunds`, { amount: "60.00" }, key);
    expect([replay.text, replay.headers.get("idempotent-replayed")]).toEqual([answers[0]?.text, "true"]);
    expect((await desk.read(`/payments/${id}/refunds`)).json.data).toHaveLength(2);
    expect(refusal(await desk.post(`/payments/${id}/refunds`, {}, key))).toEqual([422, "idempotency_key_reused"]);
  });

  it("that is done but never answered is pending, counts against what is left, and is not counted as given back", async () => {
    const id = await desk.pay({ card: await desk.cardNumbered("4000000000009086") });
    const answer = await desk.post(`/payments/${id}/refunds`, { amount: "60.00" });
    expect([answer.status, answer.json.status]).toEqual([201, "pending"]);
    expect((await desk.read(`/payments/${id}`)).json).toMatchObject({ status: "captured", amount_refunded: "0.00" });
    expectField(
      await desk.post(`/payments/${id}/refunds`, { amount: "40.01" }),
      "/amount",
      "amount_exceeds_refundable",
    );
    expect(await desk.ledger(id)).toMatchObject({ refunded: "60.00" });
  });
});

describe("what is refused leaves the key free and the money where it is", () => {
  it.each<[unknown, string]>([
    ["1e1", "amount_invalid"],
    ["1,000.00", "amount_invalid"],
    ["٣", "amount_invalid"],
    ["0", "amount_invalid"],
    ["-1", "amount_invalid"],
    [1.5, "amount_invalid"],
    [null, "amount_invalid"],
    ["9".repeat(400), "amount_invalid"],
    ["1.001", "amount_precision"],
    ["100.01", "amount_exceeds_refundable"],
  ])("an amount of %j: 422 %s", async (amount, code) => {
    const id = await desk.pay();
    const key = desk.newKey();
    expectField(await desk.post(`/payments/${id}/refunds`, { amount }, key), "/amount", code);
    expect(await desk.ledger(id)).toMatchObject({ refunded: "0.00" });
    expect((await desk.post(`/payments/${id}/refunds`, {}, key)).json.amount).toBe("100.00");
  });

  it.each(["authorized", "voided", "failed"] as const)("a payment that is %s: 409 invalid_state", async (state) => {
    const id = await desk.inState[state]();
    const key = desk.newKey();
    for (const body of [{}, { amount: "1.00" }]) {
      expect(refusal(await desk.post(`/payments/${id}/refunds`, body, key))).toEqual([409, "invalid_state"]);
    }
    expect((await desk.post(`/payments/${await desk.pay()}/refunds`, {}, key)).status).toBe(201);
  });

  it("a payment whose outcome is not known: 409 invalid_state", async () => {
    const id = await desk.pay({ card: await desk.cardNumbered("4000000000009029") });
    expect(refusal(await desk.post(`/payments/${id}/refunds`, {}))).toEqual([409, "invalid_state"]);
  });

  it("a payment of which nothing is left: 422 amount_exceeds_refundable", async () => {
    const id = await desk.inState.refunded();
    for (const body of [{}, { amount: "0.01" }]) {
      expectField(await desk.post(`/payments/${id}/refunds`, body), "/amount", "amount_exceeds_refundable");
    }
  });

  it("another merchant's payment, the other mode's, or one that never was: the same 404; so for its refunds", async () => {
    const id = await desk.pay();
    const refund = await desk.post(`/payments/${id}/refunds`, { amount: "1.00" });
    const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
    const live = await desk.world.addApiKey(desk.merchantId, { mode: "live" });
    for (const by of [stranger, live]) {
      expect(refusal(await desk.post(`/payments/${id}/refunds`, {}, desk.newKey(), by))).toEqual([404, "not_found"]);
      expect(refusal(await desk.read(`/payments/${id}/refunds`, by))).toEqual([404, "not_found"]);
      expect(refusal(await desk.read(`/refunds/${refund.json.id}`, by))).toEqual([404, "not_found"]);
    }
    expect(refusal(await desk.post(`/payments/${newId("pay")}/refunds`, {}))).toEqual([404, "not_found"]);
    expect(refusal(await desk.read(`/payments/${newId("pay")}/refunds`))).toEqual([404, "not_found"]);
    for (const never of [newId("ref"), "x", id]) {
      expect(refusal(await desk.read(`/refunds/${never}`))).toEqual([404, "not_found"]);
    }
  });

  it("a merchant whose money out is frozen: 403 money_out_frozen, until it is lifted; captures and voids go on", async () => {
    const id = await desk.pay();
    const hold = await desk.hold();
    const key = desk.newKey();
    const freeze = (at: ReturnType<typeof sql>) =>
      transact(desk.world.owner, systemContext("test"), (tx) =>
        tx.execute(sql`update merchants set money_out_frozen_at = ${at} where id = ${desk.merchantId}`),
      );
    await freeze(sql`now()`);
    expect(refusal(await desk.post(`/payments/${id}/refunds`, {}, key))).toEqual([403, "money_out_frozen"]);
    expect((await desk.post(`/payments/${hold}/capture`, {})).status).toBe(200);
    await freeze(sql`null`);
    expect((await desk.post(`/payments/${id}/refunds`, {}, key)).status).toBe(201);
  });

  it("a key without the permission, fields that nobody knows, a card's number in the reason", async () => {
    const id = await desk.pay();
    const writer = await desk.world.addApiKey(desk.merchantId, { permissions: ["payments:write", "payments:read"] });
    expect(refusal(await desk.post(`/payments/${id}/refunds`, {}, desk.newKey(), writer))).toEqual([
      403,
      "permission_denied",
    ]);
    const refuse = (body: unknown) => desk.post(`/payments/${id}/refunds`, body);
    expectField(await refuse({ tip: 1 }), "/tip", "field_unknown");
    const numbered = await refuse({ reason: "card 4242 4242 4242 4242" });
    expectField(numbered, "/reason", "card_number_in_text");
    expect(numbered.text).not.toContain("4242");
    expectField(await refuse({ reason: 5 }), "/reason", "field_invalid");
    expectField(await refuse({ reason: "x".repeat(501) }), "/reason", "field_invalid");
    expectField(await refuse({ reason: "a\0" }), "/reason", "field_invalid");
    expect(refusal(await refuse({ reason: 5, amount: "x" }))).toEqual([422, "validation_failed"]);
    const path = `/api/v1/payments/${id}/refunds`;
    expect(refusal(await desk.send(desk.key, { method: "POST", path, body: {} }))).toEqual([
      400,
      "idempotency_key_missing",
    ]);
    expect((await desk.send(desk.key, { method: "DELETE", path })).status).toBe(405);
  });
});

describe("the list of refunds", () => {
  it("comes newest first, in pages, and says so when a cursor or a limit is none", async () => {
    const id = await desk.pay();
    const made: unknown[] = [];
    for (const amount of ["1.00", "2.00", "3.00"]) {
      made.unshift((await desk.post(`/payments/${id}/refunds`, { amount })).json);
    }
    const first = (await desk.read(`/payments/${id}/refunds?limit=2`)).json;
    expect(first.data).toEqual(made.slice(0, 2));
    const rest = (await desk.read(`/payments/${id}/refunds?limit=2&cursor=${first.next_cursor}`)).json;
    expect(rest).toEqual({ data: made.slice(2), next_cursor: null });
    expect(refusal(await desk.read(`/payments/${id}/refunds?cursor=x`))).toEqual([400, "cursor_invalid"]);
    expectField(await desk.read(`/payments/${id}/refunds?limit=0`), "/limit", "field_invalid");
    expectField(await desk.read(`/payments/${id}/refunds?page=2`), "/page", "field_unknown");
  });
});

type Told = { id: string; type: string; created_at: string; data: { id: string; status?: string } };

describe("events", () => {
  const told = async (query = "") => (await desk.read(`/events${query}`)).json as { data: Told[]; next_cursor: string };
  const about = async (id: string) =>
    (await told("?limit=100")).data.filter(({ data }) => data.id === id).map(({ type }) => type);

  it("tell each change once, newest first, with the object as the API shows it", async () => {
    const id = await desk.hold();
    const captured = await desk.post(`/payments/${id}/capture`, { amount: "50.00" });
    const refund = await desk.post(`/payments/${id}/refunds`, { amount: "5.00" });
    const voided = await desk.inState.voided();
    const failed = await desk.inState.failed();
    expect(await about(id)).toEqual(["payment.captured", "payment.authorized"]);
    expect(await about(voided)).toEqual(["payment.voided", "payment.authorized"]);
    expect(await about(failed)).toEqual(["payment.failed"]);
    expect(await about(String(refund.json.id))).toEqual(["refund.succeeded"]);
    const { data } = await told("?type=payment.captured&limit=1");
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^evt_/),
        type: "payment.captured",
        created_at: expect.stringMatching(TIME),
        data: captured.json,
      },
    ]);
    expect(Object.keys(data[0] ?? {})).toEqual(["id", "type", "created_at", "data"]);
    expect(JSON.stringify(data[0]?.data)).toBe(captured.text);
  });

  it("tell nothing of what is pending or refused", async () => {
    const pending = await desk.pay({ card: await desk.cardNumbered("4000000000009029") });
    await desk.post(`/payments/${await desk.pay()}/refunds`, { amount: "1000.00" });
    expect(await about(pending)).toEqual([]);
    expect((await told("?type=refund.failed")).data).toEqual([]);
  });

  it("come in pages that hold while more arrive, of one merchant and mode, to who may read them", async () => {
    const first = await told("?limit=2");
    await desk.pay();
    const rest = await told(`?limit=100&cursor=${first.next_cursor}`);
    const all = await told("?limit=100");
    expect([...first.data, ...rest.data]).toEqual(all.data.slice(1));
    const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
    const live = await desk.world.addApiKey(desk.merchantId, { mode: "live" });
    for (const by of [stranger, live]) {
      expect((await desk.read(`/events?cursor=${first.next_cursor}`, by)).json).toEqual({
        data: [],
        next_cursor: null,
      });
    }
    const reader = await desk.world.addApiKey(desk.merchantId, { permissions: ["payments:read"] });
    expect(refusal(await desk.read("/events", reader))).toEqual([403, "permission_denied"]);
    expectField(await desk.read("/events?type=payment.stolen"), "/type", "field_invalid");
    expectField(await desk.read("/events?limit=101"), "/limit", "field_invalid");
    for (const cursor of ["x", "0", "-1", "9".repeat(30)]) {
      expect(refusal(await desk.read(`/events?cursor=${cursor}`))).toEqual([400, "cursor_invalid"]);
    }
    expect((await desk.send(desk.key, { method: "POST", path: "/api/v1/events", body: {} })).status).toBe(405);
  });
});
