import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import type { OwnCharge } from "../gateway-callback";
import { money } from "../testing/requests";
import { readSandboxCallback } from "./callback";

const SECRET = "a secret of thirty-two characters";
const NOW = 1_760_000_000;

const [paymentId, merchantId, operationId, refundId] = [newId("pay"), newId("mer"), newId("op"), newId("ref")];
const own: OwnCharge = { paymentId, merchantId, amount: money("10.00", "INR"), capture: true, gatewayReference: null };

const charge = {
  ...{ id: "ch_1", idempotency_key: paymentId, merchant: merchantId, reference: null, decline_code: null },
  ...{ amount: "10.00", currency: "INR", status: "captured", captured: "10.00", refunded: "0.00" },
};
const callback = { id: "cb_1", type: "charge.captured", request: { idempotency_key: paymentId }, charge, refund: null };

const sign = (text: string | Buffer, at = NOW, secret = SECRET) =>
  `t=${at},v1=${createHmac("sha256", secret).update(`${at}.`).update(text).digest("hex")}`;

function read(body: unknown, signature?: string | null, now = NOW) {
  const text = JSON.stringify(body);
  return readSandboxCallback(signature === undefined ? sign(text) : signature, Buffer.from(text), SECRET, now);
}

const codeOf = (attempt: () => unknown) => {
  try {
    attempt();
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
};

// The attack: somebody who can reach the address tells us that payments were captured.
describe("callback.signature", () => {
  const text = JSON.stringify(callback);

  it("is right over the time and the raw body, under our secret alone", () => {
    expect(read(callback).id).toBe("cb_1");
    expect(codeOf(() => read(callback, null))).toBe("signature_missing");
    expect(codeOf(() => read(callback, sign(text, NOW, "another secret of 32 characters..")))).toBe(
      "signature_invalid",
    );
    expect(codeOf(() => read(callback, sign(`${text} `)))).toBe("signature_invalid");
    expect(codeOf(() => read(callback, sign(text).replace(`t=${NOW}`, `t=${NOW + 1}`)))).toBe("signature_invalid");
    expect(codeOf(() => read({ ...callback, id: "cb_2" }, sign(text)))).toBe("signature_invalid");
  });

  it.each(["", "t=1", "v1=aa", `t=${NOW},v1=`, `t=${NOW},v1=${"A".repeat(64)}`, `t=-1,v1=${"a".repeat(64)}`, "junk"])(
    "%j is malformed",
    (signature) => expect(codeOf(() => read(callback, signature))).toBe("signature_malformed"),
  );

  it("is good for 300 seconds either way by the database's clock", () => {
    for (const off of [-300, 0, 300]) expect(read(callback, undefined, NOW + off).id).toBe("cb_1");
    for (const off of [-301, 301, 86_400]) {
      expect(codeOf(() => read(callback, undefined, NOW + off))).toBe("timestamp_out_of_range");
    }
    expect(read(callback, undefined, NOW + 300.9).id).toBe("cb_1");
  });

  it("right over what is no callback: malformed_body", () => {
    for (const body of [null, [], {}, { ...callback, id: "../x" }, { ...callback, charge: {} }, "text"]) {
      expect(codeOf(() => read(body))).toBe("malformed_body");
    }
    const broken = Buffer.from('{"id":"cb_1"');
    expect(codeOf(() => readSandboxCallback(sign(broken), broken, SECRET, NOW))).toBe("malformed_body");
  });
});

function about<About extends "charge" | "operation" | "refund">(body: unknown, what: About) {
  const { subject } = read(body);
  if (subject.about !== what) throw new Error(`It is about ${subject.about}`);
  return subject as Extract<typeof subject, { about: About }>;
}

const changed = (changes: object) => ({ ...callback, charge: { ...charge, ...changes } });

describe("a callback about a charge", () => {
  const judge = (body: unknown, changes: Partial<OwnCharge> = {}) => about(body, "charge").read({ ...own, ...changes });

  it("is the acquirer's word when it is wholly ours", () => {
    expect(read(callback).paymentId).toBe(paymentId);
    expect(judge(callback)).toEqual({ kind: "approved", state: "captured", gatewayReference: "ch_1" });
    const held = { ...changed({ status: "authorized", captured: "0.00" }), type: "charge.authorized" };
    expect(judge(held, { capture: false })).toMatchObject({ kind: "approved", state: "authorized" });
    const declined = changed({ status: "declined", captured: "0.00", decline_code: "expired_card" });
    expect(judge({ ...declined, type: "charge.declined" })).toMatchObject({ kind: "declined", code: "expired_card" });
  });

  it("that tells of what was true earlier changes nothing", () => {
    const held = { ...changed({ status: "authorized", captured: "0.00" }), type: "charge.authorized" };
    expect(judge(held)).toEqual({ kind: "earlier" });
    expect(judge({ ...held, type: "charge.pending" }, { capture: false })).toEqual({ kind: "earlier" });
    const anothers = { ...held, charge: { ...held.charge, amount: "11.00" } };
    expect(judge(anothers).kind).toBe("unknown");
  });

  it.each([
    ["amount", changed({ amount: "10.01", captured: "10.01" })],
    ["captured amount", changed({ captured: "1.00" })],
    ["currency", changed({ currency: "USD" })],
    ["merchant", changed({ merchant: newId("mer") })],
    ["state than its kind", { ...callback, type: "charge.declined" }],
    ["kind", { ...callback, type: "charge.paid" }],
  ])("with another %s is refused", (_what, body) => expect(judge(body).kind).toBe("unknown"));

  it("of another payment, or of another charge than the known one, is refused", () => {
    expect(judge(callback, { paymentId: newId("pay") }).kind).toBe("unknown");
    expect(judge(callback, { gatewayReference: "ch_2" }).kind).toBe("unknown");
    expect(judge(callback, { gatewayReference: "ch_1" }).kind).toBe("approved");
  });
});

describe("a callback about a capture or a void", () => {
  const held: OwnCharge = { ...own, capture: false, gatewayReference: "ch_1" };
  const capture = { ...changed({ captured: "7.50" }), request: { idempotency_key: operationId } };
  const release = { ...changed({ status: "voided", captured: "0.00" }), type: "charge.voided" };
  const asked = { type: "capture", amount: money("7.50", "INR") } as const;

  it("is the acquirer's word when it is wholly ours", () => {
    expect(about(capture, "operation").operationId).toBe(operationId);
    expect(about(capture, "operation").read(held, asked)).toEqual({ kind: "done" });
    const voided = { ...release, request: capture.request };
    expect(about(voided, "operation").read(held, { type: "void", amount: null })).toEqual({ kind: "done" });
  });

  it.each([
    ["captured amount", { ...capture, charge: { ...capture.charge, captured: "7.51" } }],
    ["amount", { ...capture, charge: { ...capture.charge, amount: "7.50" } }],
    ["currency", { ...capture, charge: { ...capture.charge, currency: "USD" } }],
    ["merchant", { ...capture, charge: { ...capture.charge, merchant: newId("mer") } }],
    ["charge", { ...capture, charge: { ...capture.charge, id: "ch_2" } }],
    ["kind", { ...release, request: capture.request }],
  ])("with another %s is refused", (_what, body) => {
    expect(about(body, "operation").read(held, asked).kind).toBe("unknown");
  });
});

describe("a callback about a refund", () => {
  const refund = {
    ...{ id: "re_1", idempotency_key: refundId, charge: "ch_1" },
    ...{ amount: "2.50", currency: "INR", status: "succeeded" },
  };
  const told = { ...callback, type: "refund.succeeded", request: { idempotency_key: refundId }, refund };
  const judge = (body: unknown) =>
    about(body, "refund").read(
      { ...own, gatewayReference: "ch_1" },
      { amount: money("2.50", "INR"), gatewayReference: null },
    );

  it("is the acquirer's word when it is wholly ours", () => {
    expect(about(told, "refund").refundId).toBe(refundId);
    expect(judge(told)).toEqual({ kind: "succeeded", gatewayReference: "re_1" });
  });

  it.each([
    ["amount", { ...told, refund: { ...refund, amount: "2.51" } }],
    ["currency", { ...told, refund: { ...refund, currency: "USD" } }],
    ["id", { ...told, refund: { ...refund, idempotency_key: newId("ref") } }],
    ["charge", { ...told, refund: { ...refund, charge: "ch_2" } }],
    ["state", { ...told, refund: { ...refund, status: "pending" } }],
    ["merchant", { ...told, charge: { ...charge, merchant: newId("mer") } }],
    ["payment", { ...told, charge: { ...charge, idempotency_key: newId("pay") } }],
  ])("with another %s is refused", (_what, body) => expect(judge(body).kind).toBe("unknown"));
});

it("what nobody here has asked for is about nothing of ours", () => {
  for (const key of ["", "order-1", newId("usr"), newId("pay"), "__proto__"]) {
    expect(read({ ...callback, request: { idempotency_key: key } }).subject.about).toBe("nothing");
  }
});
