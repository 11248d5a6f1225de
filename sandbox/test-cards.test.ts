import { describe, expect, it } from "vitest";
import { behaviourOf, passesLuhn } from "./test-cards";

describe("test cards", () => {
  it.each(["4242424242424242", "378282246310005", "6521500000000006", "2223003122003222"])(
    "%s passes Luhn",
    (number) => {
      expect(passesLuhn(number)).toBe(true);
      expect(passesLuhn(number.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)))).toBe(false);
    },
  );

  it.each([
    ["4000000000000002", "card_declined"],
    ["4000000000009995", "insufficient_funds"],
    ["4000000000000069", "expired_card"],
    ["4000000000000127", "incorrect_cvc"],
    ["4000000000000119", "processing_error"],
    ["4111111111111111", null],
    ["4111111111111112", "card_declined"],
    ["6200000000000000001", null],
  ])("%s is declined with %s", (number, decline) => expect(behaviourOf(number).decline).toBe(decline));
});
