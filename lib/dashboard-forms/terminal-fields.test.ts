import { describe, expect, it } from "vitest";
import { CURRENCIES, exponentOf, parseCurrency } from "@/lib/money/currency";
import { parsePositiveMoney } from "@/lib/money/parse-money";
import { amountProblem } from "./amount-problem";
import { checkTerminal, type TerminalText, tidyTerminal } from "./terminal-fields";

const NOW = new Date("2026-06-15T12:00:00Z");
const GOOD: TerminalText = {
  amount: "12.50",
  currency: "INR",
  number: "4242 4242 4242 4242",
  expiry: "09/30",
  cvc: "123",
  reference: "",
};
const decimalsOf = (code: string) => {
  const currency = parseCurrency(code);
  return currency && exponentOf(currency);
};
const errorsOf = (changes: Partial<TerminalText>) =>
  checkTerminal(tidyTerminal({ ...GOOD, ...changes }), decimalsOf, NOW).errors;

describe("terminal.fields", () => {
  it("what people type is read", () => {
    for (const expiry of ["09/30", "9/30", "09 / 30", "0930", "09-30", "09/2030", " 09/30 "]) {
      const { card } = checkTerminal(tidyTerminal({ ...GOOD, expiry }), decimalsOf, NOW);
      expect(card).toEqual({ number: "4242424242424242", expiry: { month: 9, year: 2030 }, cvc: "123" });
    }
    expect(errorsOf({ number: "4242424242424242" })).toBeNull();
    expect(errorsOf({ number: "4242  4242\t4242 4242 " })).toBeNull();
    expect(errorsOf({ number: "378282246310005", cvc: "1234" })).toBeNull();
    expect(errorsOf({ expiry: "06/26" })).toBeNull();
  });

  it.each([
    [{ amount: "" }, { amount: /Type an amount/ }],
    [{ currency: "XXX" }, { currency: /Choose/ }],
    [{ number: "4242 4242 4242 4241" }, { number: /Check its digits/ }],
    [{ number: "" }, { number: /Type the card/ }],
    [{ number: "４２４２４２４２４２４２４２４２" }, { number: /Check its digits/ }],
    [{ expiry: "13/30" }, { expiry: /such as 09\/30/ }],
    [{ expiry: "00/30" }, { expiry: /such as 09\/30/ }],
    [{ expiry: "77" }, { expiry: /such as 09\/30/ }],
    [{ expiry: "05/26" }, { expiry: /expired/ }],
    [{ cvc: "12" }, { cvc: /3 digits/ }],
    [{ cvc: "1234" }, { cvc: /3 digits/ }],
    [{ number: "378282246310005" }, { cvc: /4 for American/ }],
    [
      { number: "1", expiry: "", cvc: "1234" },
      { number: /digits/, expiry: /Type/ },
    ],
  ])("%o is refused, field by field, and nothing typed comes back", (changes, expected) => {
    const errors = errorsOf(changes);
    expect(Object.keys(errors ?? {}).sort()).toEqual(Object.keys(expected).sort());
    for (const [field, words] of Object.entries(expected))
      expect(errors).toHaveProperty(field, expect.stringMatching(words));
    for (const typed of Object.values(changes).filter(Boolean)) expect(JSON.stringify(errors)).not.toContain(typed);
  });
});

describe("terminal.amount: one rule, the API's", () => {
  const texts = [
    "1",
    "0",
    "0.00",
    "1.5",
    "1.50",
    "1.001",
    "1e3",
    "1,000.00",
    "-1",
    "+1",
    "01",
    ".5",
    "1.",
    "٣",
    "",
    " 1",
  ];
  it.each(["INR", "JPY", "KWD", "CLF"])("%s: refuses what the API refuses, takes what it takes", (code) => {
    const currency = CURRENCIES.find((known) => known === code);
    if (!currency) throw new Error(code);
    for (const text of [...texts, "999999999999", "1000000000000", "9".repeat(400)]) {
      const isTaken = parsePositiveMoney(text, currency).ok;
      expect([text, amountProblem(text, currency, exponentOf(currency)) === null]).toEqual([text, isTaken]);
    }
  });

  it("says what to write instead", () => {
    expect(amountProblem("1,250.50", "INR", 2)).toBe("Write it with digits and a point only, such as 1250.05.");
    expect(amountProblem("1.5", "JPY", 0)).toBe("JPY has no decimals. Write it without a point, such as 1250.");
    expect(amountProblem("1.2345", "KWD", 3)).toBe("KWD has 3 decimals at most, such as 1250.005.");
    expect(amountProblem("0", "INR", 2)).toBe("The amount must be above zero.");
  });
});
