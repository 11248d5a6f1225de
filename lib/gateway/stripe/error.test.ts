import { describe, expect, it } from "vitest";
import { declineCodeOf } from "./error";

describe("declines of Stripe, in our words", () => {
  it.each([
    ["card_declined", "insufficient_funds", "insufficient_funds"],
    ["card_declined", "generic_decline", "card_declined"],
    ["card_declined", "lost_card", "card_declined"],
    ["card_declined", "issuer_not_available", "processing_error"],
    ["card_declined", "try_again_later", "processing_error"],
    ["card_declined", "incorrect_cvc", "incorrect_cvc"],
    ["expired_card", "expired_card", "expired_card"],
    ["expired_card", null, "expired_card"],
    ["incorrect_cvc", null, "incorrect_cvc"],
    ["processing_error", null, "processing_error"],
    ["authentication_required", "authentication_required", "card_declined"],
    ["a_code_of_tomorrow", null, "card_declined"],
    ["toString", "__proto__", "card_declined"],
    [null, null, "card_declined"],
  ])("%s, because of %s, is %s", (code, declineCode, expected) => {
    expect(declineCodeOf({ code, declineCode })).toBe(expected);
  });
});
