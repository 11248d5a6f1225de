import { describe, expect, it } from "vitest";
import { keptOf, NOTHING_KEPT } from "./terminal-view";

describe("terminal.kept: the attack is to read in a page what somebody typed into the wrong field", () => {
  it.each([
    ["an amount with its marks", { amount: "₹ 1,250.05", currency: "inr", reference: "Order 7" }],
    ["a slip in an amount", { amount: "12..5", currency: "INR", reference: "" }],
  ])("%s comes back", (_, sent) => {
    expect(keptOf(sent)).toEqual(sent);
  });

  it.each(["4242424242424242", "%34242424242424242", "correct horse", "cs_test_0123456789abcdef"])(
    "%s does not",
    (text) => {
      expect(keptOf({ amount: text, currency: text })).toEqual(NOTHING_KEPT);
    },
  );

  it("a card number in a reference does not, however it is escaped", () => {
    expect(keptOf({ reference: "for %34242 4242 4242 4242" })).toEqual(NOTHING_KEPT);
  });
});
