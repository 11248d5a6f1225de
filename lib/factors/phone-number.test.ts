import { describe, expect, it } from "vitest";
import { phoneHint, readPhoneNumber } from "./phone-number";

describe("phone.read: a number is taken as people write it, or refused with what to do", () => {
  it.each([
    ["+91 98765 43210", "+919876543210"],
    ["+44 (0)20 7946 0958", "+442079460958"],
    ["0044 20 7946 0958", "+442079460958"],
    ["＋９１ ９８７６５ ４３２１０", "+919876543210"],
    [" +1 (202) 456-1111 ", "+12024561111"],
    ["+81-3-3224-9999", "+81332249999"],
  ])("%j is %s", (typed, phone) => {
    expect(readPhoneNumber(typed)).toEqual({ ok: true, phone });
  });

  it.each([
    ["", "Type the phone number"],
    ["   ", "Type the phone number"],
    ["abc", "Type the whole number, with its plus and country code"],
    ["98765 43210", "with its plus and country code"],
    ["+91 98765", "no such phone number"],
    ["+999 1234 5678", "no such phone number"],
    ["+91 98765 43210 ext. 5", "only digits"],
    ["+91987654321０; drop table users", "only digits"],
    ["tel:+919876543210", "only digits"],
    [`+${"9".repeat(70)}`, "only digits"],
    ["++", "with its plus and country code"],
  ])("%j is refused", (typed, message) => {
    expect(readPhoneNumber(typed)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });

  it("the hint shows the country and the last four digits", () => {
    expect(phoneHint("+919876543210")).toBe("+91 •••• 3210");
    expect(phoneHint("+12024561111")).toBe("+1 •••• 1111");
  });
});
