import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { isLuhnValid } from "@/lib/sensitive/luhn";
import { cardBrand } from "./card-brand";
import { containsCardNumber, lastFour, parseCardNumber } from "./card-number";

const brandIn = (text: string): string | null => {
  const parsed = parseCardNumber(text);
  return parsed.ok ? cardBrand(parsed.number) : null;
};

describe("parseCardNumber", () => {
  it.each([
    ["4242424242424242", "visa"],
    ["4222222222222", "visa"],
    ["5555555555554444", "mastercard"],
    ["2223003122003222", "mastercard"],
    ["378282246310005", "amex"],
    ["6521500000000006", "rupay"],
    ["5085000000000007", "rupay"],
    ["6011111111111117", "discover"],
    ["30569309025904", "diners"],
    ["3530111333300000", "jcb"],
    ["6200000000000005", "unionpay"],
    ["6200000000000006", "unionpay"],
    ["676770000005", "maestro"],
    ["42424242424242426", "unknown"],
    ["1234567812345670", "unknown"],
  ])("takes %s, %s", (text, brand) => {
    expect(parseCardNumber(text)).toEqual({ ok: true, number: text });
    expect(brandIn(text)).toBe(brand);
  });

  it.each(["4242 4242 4242 4242", "4242-4242-4242-4242", "4242 4242-4242 4242", "4-2-4-2-4-2-4-2-4-2-4-2-4-2-4-2"])(
    "drops single spaces and dashes: %s",
    (text) => {
      expect(parseCardNumber(text)).toEqual({ ok: true, number: "4242424242424242" });
    },
  );

  it.each([
    ["wrong check digit", "4242424242424241"],
    ["wrong check digit of an unknown issuer", "1234567812345671"],
    ["wrong check digit of a RuPay card between UnionPay's ranges", "8172000000000000"],
    ["wrong check digit at a length UnionPay does not issue", "620000000000001"],
    ["eleven digits", "42424242420"],
    ["twenty digits", "42424242424242424242"],
    ["two spaces", "4242  424242424242"],
    ["a space before", " 4242424242424242"],
    ["a space after", "4242424242424242 "],
    ["a line feed after", "4242424242424242\n"],
    ["a dash before", "-4242424242424242"],
    ["a dot", "4242.4242.4242.4242"],
    ["a no-break space", "4242\u00a04242\u00a04242\u00a04242"],
    ["full-width digits", "４２４２４２４２４２４２４２４２"],
    ["Devanagari digits", "४२४२४२४२४२४२४२४२"],
    ["a letter", "424242424242424O"],
    ["an exponent", "4242424242424242e0"],
    ["a number", 4242424242424242],
    ["null", null],
    ["a list", ["4242424242424242"]],
    ["nothing", ""],
  ])("refuses %s and repeats nothing of it", (_what, text) => {
    expect(parseCardNumber(text)).toEqual({ ok: false });
  });

  it("takes twelve to nineteen digits exactly when Luhn or UnionPay allows it, however they are grouped", () => {
    const separators = fc.array(fc.constantFrom("", " ", "-"), { minLength: 19, maxLength: 19 });
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{10,21}$/), separators, (digits, between) => {
        const text = Array.from(digits, (digit, index) => (index === 0 ? "" : (between[index] ?? "")) + digit).join("");
        const isLong = digits.length >= 12 && digits.length <= 19;
        const isUnionPay = /^(62|810|811|812|813|814|815|816|817[01])/.test(digits) && digits.length >= 16;
        const expected = isLong && (isLuhnValid(digits) || isUnionPay) ? { ok: true, number: digits } : { ok: false };
        expect(parseCardNumber(text)).toEqual(expected);
      }),
    );
  });
});

describe("lastFour", () => {
  it.each([
    ["4242 4242 4242 4242", "4242"],
    ["378282246310005", "0005"],
  ])("of %s is %s", (text, four) => {
    const parsed = parseCardNumber(text);
    expect(parsed.ok && lastFour(parsed.number)).toBe(four);
  });
});

describe("free-text.holds-no-card-number", () => {
  // The attack: a clerk pastes the card number into the description, where it would be stored and shown in the clear.
  it.each([
    "4242424242424242",
    "Paid with 4242 4242 4242 4242, thanks",
    "card:5555-5555-5555-4444;exp:12/30",
    "３７８２８２２４６３１０００５",
    "?pan=4242%204242%204242%204242",
    "६५२१५००००००००००६",
  ])("%j holds one", (text) => {
    expect(containsCardNumber(text)).toBe(true);
  });

  it.each([
    ["an order number", "order-1001"],
    ["an epoch in milliseconds", "1764012391646"],
    ["a time", "2026-11-24T19:26:32.123Z"],
    ["a UUID that passes by its digits alone", "c4f80a15-4242-4242-4242-424242424242"],
    ["an Indian phone number", "+91 98765 43210"],
    ["an IBAN", "GB29 NWBK 6016 1331 9268 19"],
    ["a GST number", "27AAPFU0939F1ZV"],
    ["a UPI reference", "432112345678"],
    ["an amount", "₹1,23,456.00"],
    ["a masked card", "•••• 4242"],
    ["nothing", ""],
  ])("%s holds none", (_what, text) => {
    expect(containsCardNumber(text)).toBe(false);
  });

  it("no id of ours holds one", () => {
    // A run of 13 digits among 26 random characters, from a known issuer and Luhn-valid: about one id in ten million.
    expect(Array.from({ length: 500 }, () => newId("pay")).filter(containsCardNumber)).toEqual([]);
  });

  it("no time from 1970 to 2096 holds one, as milliseconds or as text", () => {
    // From 4,000,000,000,000 ms on, in October 2096, a time looks like one of Visa's old numbers of 13 digits.
    const times = fc.date({ min: new Date(0), max: new Date(3_999_999_999_999), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        expect(containsCardNumber(String(time.getTime()))).toBe(false);
        expect(containsCardNumber(time.toISOString())).toBe(false);
      }),
    );
  });
});
