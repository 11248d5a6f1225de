import { expect, it } from "vitest";
import { undocumented } from "./undocumented";

const headers = new Headers({
  "X-Request-Id": "req_1",
  "Cache-Control": "no-store",
  RateLimit: '"refund";r=9;t=60',
  "RateLimit-Policy": '"refund";q=10;w=60',
});
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
const call = { method: "GET", path: `/api/v1/refunds/${refund.id}`, status: 200, headers };
const problem = {
  type: "/docs/errors#not_found",
  title: "",
  status: 404,
  detail: "",
  code: "not_found",
  request_id: "",
};

// The defect: a check of answers that lets everything pass.
it("openapi.answers: sees what is missing, of another kind, or not documented", () => {
  const told = (change: object) => undocumented({ ...call, text: JSON.stringify({ ...refund, ...change }) });
  expect(told({})).toBeNull();
  expect(told({ reason: undefined })).toMatch(/reason/);
  expect(told({ amount: 5 })).toMatch(/amount/);
  expect(told({ created_at: "2026-01-02 03:04" })).toMatch(/created_at/);
  expect(told({ secret: "x" })).toMatch(/secret/);
});

it("openapi.answers: sees another status, another code and a header that is not there", () => {
  const text = JSON.stringify(problem);
  expect(undocumented({ ...call, status: 404, text })).toBeNull();
  expect(
    undocumented({ ...call, status: 404, text: text.replace('code":"not_found', 'code":"invalid_state') }),
  ).toMatch(/invalid_state/);
  expect(undocumented({ ...call, status: 418, text })).toMatch(/418/);
  expect(undocumented({ ...call, status: 201, text: JSON.stringify(refund) })).toMatch(/status is not documented/);
  expect(undocumented({ ...call, headers: new Headers(), text: JSON.stringify(refund) })).toMatch(/ratelimit/);
});
