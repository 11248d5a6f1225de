import { describe, expect, it } from "vitest";
import { freeText } from "./free-text";
import { holdsCardNumber } from "./holds-card-number";

const DIGITS = "4242424242424242";
const escaped = (text: string) => text.replace(/./gu, (digit) => `%${digit.charCodeAt(0).toString(16)}`);

describe("free-text.no-card-number: the attack is to have a card's number kept in a form that any reader can undo", () => {
  it.each([
    ["plain", DIGITS],
    ["each digit escaped", escaped(DIGITS)],
    ["each digit escaped twice", escaped(escaped(DIGITS))],
    [
      "full-width, escaped",
      encodeURIComponent(DIGITS.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))),
    ],
    ["one digit escaped", DIGITS.replace("2", "%32")],
  ])("%s", (_, text) => {
    expect(holdsCardNumber(text)).toBe(true);
    expect(freeText(500).safeParse(`order ${text}`).error?.issues).toMatchObject([
      { params: { code: "card_number_in_text" } },
    ]);
  });

  it.each(["100 %", "%zz", "50%20off", "%E0%A4%A", "order 4242", escaped("order 12345678")])(
    "%s holds none",
    (text) => {
      expect(holdsCardNumber(text)).toBe(false);
    },
  );
});
