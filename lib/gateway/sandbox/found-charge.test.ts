import { describe, expect, it } from "vitest";
import { GatewayRefusal } from "../payment-gateway";
import { readChargeList, readFoundCharge } from "./found-charge";

const list = (status: number, body: unknown) => readChargeList("pay_1", status, JSON.stringify(body));

// The attack: a list that is broken, late or about something else passes for "there is no such charge", and the card
// is charged again.
describe("a list of charges", () => {
  it("of none says absent, and only that does", () => {
    expect(list(200, { data: [] })).toEqual({ kind: "absent" });
    expect(list(200, { data: [{ id: "ch_1", idempotency_key: "pay_1" }] })).toEqual({ kind: "listed", id: "ch_1" });
  });

  it.each([
    [200, {}],
    [200, []],
    [200, null],
    [200, { data: {} }],
    [200, { data: [{}] }],
    [200, { data: [{ id: "ch_1", idempotency_key: "pay_2" }] }],
    [200, { data: [{ id: "../x", idempotency_key: "pay_1" }] }],
    [
      200,
      {
        data: [
          { id: "ch_1", idempotency_key: "pay_1" },
          { id: "ch_2", idempotency_key: "pay_1" },
        ],
      },
    ],
    [201, { data: [] }],
    [204, { data: [] }],
    [401, { data: [] }],
    [404, { error: { code: "not_found" } }],
    [500, { data: [] }],
    [503, { data: [] }],
  ])("%i %j is unknown", (status, body) => expect(list(status, body).kind).toBe("unknown"));

  it.each(["", "{", '{"data":[', "nonsense"])("the text %j is unknown", (text) => {
    expect(readChargeList("pay_1", 200, text).kind).toBe("unknown");
  });

  it("throws where the acquirer refuses to look", () => {
    expect(() => list(400, { error: { code: "limit_invalid" } })).toThrow(GatewayRefusal);
  });
});

describe("a charge that was looked up", () => {
  const expected = {
    ...{ id: "ch_1", merchantId: "mer_1", idempotencyKey: "pay_1" },
    ...{ amount: "10.00", currency: "INR", capture: true },
  };
  const charge = {
    ...{ id: "ch_1", merchant: "mer_1", idempotency_key: "pay_1", amount: "10.00", currency: "INR" },
    ...{ status: "captured", captured: "10.00", decline_code: null as string | null },
  };
  const read = (changes: object) => readFoundCharge(expected, 200, JSON.stringify({ ...charge, ...changes }));

  it("is believed when it is exactly ours", () => {
    expect(read({})).toEqual({ kind: "approved", state: "captured", gatewayReference: "ch_1" });
    expect(read({ status: "refunded" }).kind).toBe("approved");
    expect(read({ status: "declined", captured: "0.00", decline_code: "expired_card" })).toMatchObject({
      kind: "declined",
      code: "expired_card",
    });
  });

  it.each([
    ["id", { id: "ch_2" }],
    ["merchant", { merchant: "mer_2" }],
    ["payment", { idempotency_key: "pay_2" }],
    ["amount", { amount: "10.01" }],
    ["currency", { currency: "USD" }],
    ["state", { status: "authorized" }],
    ["state, voided", { status: "voided" }],
    ["captured amount", { captured: "9.99" }],
    ["captured amount, refunded", { status: "refunded", captured: "9.99" }],
  ])("with another %s is unknown, and never absent", (_what, changes) => expect(read(changes).kind).toBe("unknown"));

  it("that is not there any more is unknown", () => {
    const gone = readFoundCharge(expected, 404, JSON.stringify({ error: { code: "not_found" } }));
    expect(gone.kind).toBe("unknown");
  });
});
