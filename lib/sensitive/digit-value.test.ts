import { describe, expect, it } from "vitest";
import { DIGIT_CLASS, toAsciiDigits } from "./digit-value";

const DIGIT = new RegExp(`^[${DIGIT_CLASS}]$`);

describe("toAsciiDigits", () => {
  it.each([
    ["full width", "０１２３４５６７８９"],
    ["Devanagari", "०१२३४५६७८९"],
    ["Bengali", "০১২৩৪৫৬৭৮৯"],
    ["Tamil", "௦௧௨௩௪௫௬௭௮௯"],
    ["Malayalam", "൦൧൨൩൪൫൬൭൮൯"],
    ["Arabic-Indic", "٠١٢٣٤٥٦٧٨٩"],
    ["Persian and Urdu", "۰۱۲۳۴۵۶۷۸۹"],
    ["ASCII", "0123456789"],
  ])("reads %s digits", (_script, digits) => {
    expect(toAsciiDigits(digits)).toBe("0123456789");
  });

  it("knows only characters that Unicode calls decimal digits, and leaves every other one alone", () => {
    const wrong = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((character) =>
      DIGIT.test(character) ? !/^\p{Nd}$/u.test(character) : toAsciiDigits(character) !== character,
    );
    expect(wrong).toEqual([]);
  });
});
