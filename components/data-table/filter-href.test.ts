import { describe, expect, it } from "vitest";
import { filterHref } from "./filter-href";

describe("filterHref", () => {
  it("leaves out empty filters", () => {
    expect(filterHref("/transactions", { q: "", status: undefined })).toBe("/transactions");
  });

  it("encodes what was typed, so that a value cannot add a filter of its own", () => {
    expect(filterHref("/transactions", { q: "a&status=failed#x", status: "captured" })).toBe(
      "/transactions?q=a%26status%3Dfailed%23x&status=captured",
    );
  });
});
