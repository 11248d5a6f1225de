import { describe, expect, it } from "vitest";
import { GatewayRefusal } from "../payment-gateway";
import { readOperationAnswer, readRefundAnswer } from "./operation-answer";

const captured = {
  ...{ id: "ch_1", idempotency_key: "pay_1", amount: "10.00", currency: "INR" },
  ...{ status: "captured", captured: "7.50" },
};
const expectedCapture = {
  id: "ch_1",
  paymentId: "pay_1",
  amount: "10.00",
  currency: "INR",
  status: "captured",
  captured: "7.50",
} as const;
const capture = (status: number, body: unknown) => readOperationAnswer(expectedCapture, status, JSON.stringify(body));

const refunded = {
  ...{ id: "re_1", idempotency_key: "ref_1", charge: "ch_1" },
  ...{ amount: "2.50", currency: "INR", status: "succeeded" },
};
const expectedRefund = { refundId: "ref_1", charge: "ch_1", amount: "2.50", currency: "INR" };
const refund = (status: number, body: unknown) => readRefundAnswer(expectedRefund, status, JSON.stringify(body));

// The attack: an answer that belongs to another charge, or was changed on its way, makes ours look done.
describe("a capture", () => {
  it("is believed when the answer is about exactly it", () => expect(capture(200, captured)).toEqual({ kind: "done" }));

  it.each([
    ["charge", { id: "ch_2" }],
    ["payment", { idempotency_key: "pay_2" }],
    ["amount", { amount: "7.50" }],
    ["currency", { currency: "USD" }],
    ["state", { status: "authorized" }],
    ["captured amount", { captured: "10.00" }],
    ["captured amount, a number", { captured: 7.5 }],
  ])("of another %s is unknown", (_what, changes) => {
    expect(capture(200, { ...captured, ...changes }).kind).toBe("unknown");
  });

  it.each([201, 202, 204, 301, 401, 402, 403, 404, 408, 429, 500, 502, 503])(
    "answered with %i is unknown",
    (status) => {
      expect(capture(status, captured).kind).toBe("unknown");
    },
  );
});

describe("a refund", () => {
  it("is believed when the answer is about exactly it", () => {
    expect(refund(201, refunded)).toEqual({ kind: "succeeded", gatewayReference: "re_1" });
    expect(refund(200, refunded).kind).toBe("succeeded");
  });

  it.each([
    ["id", { idempotency_key: "ref_2" }],
    ["charge", { charge: "ch_2" }],
    ["amount", { amount: "2.51" }],
    ["currency", { currency: "USD" }],
    ["state", { status: "pending" }],
    ["reference, no id", { id: "<script>" }],
  ])("with another %s is unknown", (_what, changes) => {
    expect(refund(201, { ...refunded, ...changes }).kind).toBe("unknown");
  });

  it.each([202, 204, 301, 401, 402, 403, 404, 408, 429, 500, 502, 503])("answered with %i is unknown", (status) => {
    expect(refund(status, refunded).kind).toBe("unknown");
  });
});

// The attack: a refusal that is not the acquirer's own (a proxy's 422) frees money that was already moved.
describe.each([
  ["a capture", capture],
  ["a refund", refund],
])("a refusal of %s", (_what, read) => {
  it.each(["invalid_state", "amount_exceeds_authorized", "amount_exceeds_refundable"])("%s keeps its code", (code) => {
    expect(read(422, { error: { code } })).toMatchObject({ kind: "refused", code });
  });

  it.each([
    [422, { error: {} }],
    [422, "invalid_state"],
    [409, { error: { code: "invalid_state" } }],
    [400, "Bad Request"],
    [500, { error: { code: "invalid_state" } }],
  ])("%i %j is unknown", (status, body) => expect(read(status, body).kind).toBe("unknown"));

  it.each([
    [422, "invalid_request"],
    [422, "toString"],
    [400, "malformed_body"],
    [409, "idempotency_conflict"],
  ])("%i %s throws", (status, code) => expect(() => read(status, { error: { code } })).toThrow(GatewayRefusal));
});
