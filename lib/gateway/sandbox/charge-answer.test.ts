import { describe, expect, it } from "vitest";
import { DECLINE_CODES } from "../decline-code";
import { GatewayRefusal } from "../payment-gateway";
import { readChargeAnswer } from "./charge-answer";

const expected = { idempotencyKey: "pay_1", amount: "10.00", currency: "INR", capture: true };
const charge = {
  id: "ch_1",
  idempotency_key: "pay_1",
  amount: "10.00",
  currency: "INR",
  status: "captured",
  captured: "10.00",
};
const declined = { ...charge, status: "declined", captured: "0.00" };

const read = (status: number, body: unknown) => readChargeAnswer(expected, status, JSON.stringify(body));

describe("an approval", () => {
  it("is believed when it is about exactly this charge", () => {
    expect(read(201, charge)).toEqual({ kind: "approved", state: "captured", gatewayReference: "ch_1" });
    expect(read(200, { ...charge, more: 1 }).kind).toBe("approved");
    const held = { ...charge, status: "authorized", captured: "0.00" };
    const outcome = readChargeAnswer({ ...expected, capture: false }, 201, JSON.stringify(held));
    expect(outcome).toEqual({ kind: "approved", state: "authorized", gatewayReference: "ch_1" });
  });

  // The attack: an answer that belongs to another payment, or was changed on its way, makes ours look paid.
  it.each([
    ["payment", { idempotency_key: "pay_2" }],
    ["amount", { amount: "1.00", captured: "1.00" }],
    ["amount, as a number", { amount: 10 }],
    ["currency", { currency: "USD" }],
    ["state", { status: "authorized" }],
    ["state, unknown to us", { status: "paid" }],
    ["captured amount", { captured: "9.00" }],
    ["id, which is missing", { id: undefined }],
    ["id, which is no id", { id: "<script>" }],
  ])("of another %s is unknown", (_what, changes) => expect(read(201, { ...charge, ...changes }).kind).toBe("unknown"));
});

describe("a decline", () => {
  it.each(DECLINE_CODES)("with %s keeps its code", (code) => {
    const outcome = read(402, { error: { code }, charge: declined });
    expect(outcome).toMatchObject({ kind: "declined", code, gatewayReference: "ch_1" });
  });

  it("for a reason unknown to us is card_declined", () => {
    const outcome = read(402, { error: { code: "do_not_honour" }, charge: declined });
    expect(outcome).toMatchObject({ kind: "declined", code: "card_declined" });
  });

  // The attack: a 402 that is not about this charge makes a paid charge look failed, and it is taken again.
  it.each([
    ["without a code", { charge: declined }],
    ["without a charge", { error: { code: "card_declined" } }],
    ["of another payment", { error: { code: "card_declined" }, charge: { ...declined, idempotency_key: "pay_2" } }],
    ["of a charge that went through", { error: { code: "card_declined" }, charge }],
  ])("%s is unknown", (_what, body) => expect(read(402, body).kind).toBe("unknown"));

  it("is never read from another status", () => {
    for (const status of [200, 201, 204, 301, 401, 403, 404, 408, 429, 500, 502, 503, 504]) {
      expect(read(status, { error: { code: "card_declined" }, charge: declined }).kind).toBe("unknown");
    }
  });
});

describe("a refusal", () => {
  it.each([
    [409, "idempotency_conflict", "idempotency_conflict"],
    [400, "malformed_body", "request_invalid"],
    [422, "invalid_request", "request_invalid"],
  ])("%i %s throws", (status, code, reason) => {
    const attempt = () => read(status, { error: { code } });
    expect(attempt).toThrow(GatewayRefusal);
    expect(attempt).toThrow(reason);
  });

  it.each([
    [409, { error: { code: "busy" } }],
    [409, "conflict"],
    [400, "Bad Request"],
    [422, {}],
  ])("%i that is not the acquirer's own is unknown", (status, body) => expect(read(status, body).kind).toBe("unknown"));
});

it.each(["", "nonsense", '{"id":"ch_1","idemp', "null", "[]"])("an approval of %j is unknown", (text) => {
  expect(readChargeAnswer(expected, 201, text).kind).toBe("unknown");
});
