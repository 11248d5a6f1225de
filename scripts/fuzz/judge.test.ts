import { describe, expect, it } from "vitest";
import { openApiDocument } from "@/lib/openapi/document";
import { callsOf, type Json } from "./document";
import { createJudge, type FuzzAnswer, type FuzzRequest } from "./judge";

const document = JSON.parse(JSON.stringify(openApiDocument())) as Json;
const calls = callsOf(document);
const judge = createJudge(document);
const callNamed = (id: string) => {
  const call = calls.find((one) => one.id === id);
  if (!call) throw new Error(`there is no ${id}`);
  return call;
};

const HEADERS = {
  ...{ "content-type": "application/json; charset=utf-8", "x-request-id": "req_1" },
  ...{ ratelimit: '"refund";r=1;t=1', "ratelimit-policy": '"refund";q=1;w=1' },
};
const refund = {
  ...{
    id: `ref_${"0".repeat(26)}`,
    object: "refund",
    payment: `pay_${"0".repeat(26)}`,
    amount: "5.00",
    currency: "INR",
  },
  ...{ status: "succeeded", reason: null, created_at: "2026-01-02T03:04:05.678Z" },
};
const request: FuzzRequest = { query: {}, body: {}, rawBody: null };
const answer = (body: unknown, changes: Partial<FuzzAnswer> = {}): FuzzAnswer => ({
  ...{ status: 201, headers: new Headers(HEADERS), text: typeof body === "string" ? body : JSON.stringify(body) },
  ...changes,
});
const told = (given: FuzzAnswer, sent = request) => judge(callNamed("createRefund"), sent, given).join("; ");

// The defect: a fuzz that finds nothing because it looks at nothing.
describe("api.fuzz: the judge", () => {
  it("knows every call of the document, and lets pass what is as documented", () => {
    expect(calls.length).toBeGreaterThan(20);
    expect(told(answer(refund))).toBe("");
  });

  it("sees a 5xx, a status and a body that are not documented, and a header that is missing", () => {
    expect(told(answer(refund, { status: 500 }))).toMatch(/answered 500/);
    expect(told(answer(refund, { status: 202 }))).toMatch(/202, which is not documented/);
    expect(told(answer({ ...refund, amount: 5 }))).toMatch(/amount must be string/);
    expect(told(answer({ ...refund, status: undefined }))).toMatch(/status/);
    expect(told(answer("<html>"))).toMatch(/body of 201/);
    expect(told(answer(refund, { headers: new Headers({ ...HEADERS, ratelimit: "" }) }))).toBe("");
    expect(told(answer(refund, { headers: new Headers({ "content-type": "application/json" }) }))).toMatch(
      /no RateLimit/,
    );
  });

  it("sees a refusal with a code that the call has not", () => {
    const problem = { type: "", title: "", status: 404, detail: "", code: "not_found", request_id: "req_1" };
    const headers = new Headers({ ...HEADERS, "content-type": "application/problem+json" });
    expect(told(answer(problem, { status: 404, headers }))).toBe("");
    expect(told(answer({ ...problem, code: "card_expired" }, { status: 404, headers }))).toMatch(/allowed values/);
  });

  it("sees that the server takes what the document refuses", () => {
    expect(told(answer(refund), { ...request, body: { amount: 5 } })).toMatch(/took what the document refuses/);
    expect(told(answer(refund), { ...request, body: { unknown: 1 } })).toMatch(/took what the document refuses/);
    const list = judge(
      callNamed("listCards"),
      { ...request, query: { limit: "0" } },
      answer({ data: [], next_cursor: null }, { status: 200 }),
    );
    expect(list.join()).toMatch(/limit: data must be >= 1/);
  });
});
