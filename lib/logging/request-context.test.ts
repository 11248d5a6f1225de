import { describe, expect, it } from "vitest";
import { currentRequestContext, runWithRequestContext } from "./request-context";

describe("request-context.never-mixed", () => {
  // Attack: two requests at the same time, and one is logged (and later audited) as the other.
  it("keeps 100 simultaneous requests apart", async () => {
    const seen = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        runWithRequestContext({ requestId: `req_${index}` }, async () => {
          for (let turn = 0; turn < index % 7; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          return currentRequestContext()?.requestId;
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => `req_${index}`));
  });

  it("is empty outside, nests, and comes back", () => {
    expect(currentRequestContext()).toBeUndefined();
    const result = runWithRequestContext({ requestId: "req_a" }, () => {
      const inner = runWithRequestContext({ requestId: "req_a", merchantId: "mer_a" }, () => currentRequestContext());
      return [inner, currentRequestContext()];
    });
    expect(result).toEqual([{ requestId: "req_a", merchantId: "mer_a" }, { requestId: "req_a" }]);
    expect(currentRequestContext()).toBeUndefined();
  });
});
