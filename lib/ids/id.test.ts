import { describe, expect, expectTypeOf, it } from "vitest";
import { type CardId, newId, type PaymentId, parseId } from "./id";

const RANDOM = "7zy0123456789abcdefghjkmnp";

describe("newId", () => {
  it.each([
    "pay",
    "ref",
    "tok",
    "cus",
    "evt",
    "whk",
    "whd",
    "key_test",
    "key_live",
    "mer",
    "usr",
    "ses",
    "req",
    "chl",
  ] as const)("%s_ and 26 characters, which parseId takes back", (prefix) => {
    const id = newId(prefix);
    expect(id.startsWith(`${prefix}_`)).toBe(true);
    expect(id).toHaveLength(prefix.length + 27);
    expect(parseId(prefix, id)).toBe(id);
  });

  it("ids.carry-128-random-bits: every one of the 128 takes both values, and no id comes twice", () => {
    // The attack: guess another merchant's payment id because part of it is constant, a clock or a counter.
    const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    const ids = Array.from({ length: 512 }, () => newId("pay"));
    const bits = ids.map((id) =>
      Array.from(id.slice(4), (digit) => alphabet.indexOf(digit).toString(2).padStart(5, "0")).join(""),
    );
    const constant = Array.from({ length: 130 }, (_, place) => new Set(bits.map((row) => row[place])).size === 1);
    expect(constant.filter(Boolean)).toHaveLength(2);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has a type of its own for each kind", () => {
    expectTypeOf(newId("pay")).toEqualTypeOf<PaymentId>();
    expectTypeOf<PaymentId>().not.toExtend<CardId>();
    expectTypeOf<string>().not.toExtend<PaymentId>();
  });
});

describe("parseId", () => {
  it("takes an id of the kind asked for", () => {
    expect(parseId("pay", `pay_${RANDOM}`)).toBe(`pay_${RANDOM}`);
  });

  it.each([
    ["another kind", `ref_${RANDOM}`],
    ["upper case", `pay_${RANDOM.toUpperCase()}`],
    ["one character short", `pay_${RANDOM.slice(1)}`],
    ["one too many", `pay_${RANDOM}0`],
    ["a first digit that 128 bits never have", `pay_8${RANDOM.slice(1)}`],
    ["a letter outside the alphabet", `pay_${RANDOM.slice(0, -1)}u`],
    ["white space before", ` pay_${RANDOM}`],
    ["a line feed after", `pay_${RANDOM}\n`],
    ["no underscore", `pay${RANDOM}`],
    ["a prefix inside", `xpay_${RANDOM}`],
    ["digits of another script", `pay_${RANDOM.replace("0", "０")}`],
    ["SQL", "pay_' OR 1=1 --"],
    ["nothing", ""],
    ["null", null],
    ["a number", 42],
    ["an array", [`pay_${RANDOM}`]],
  ])("refuses %s", (_what, text) => {
    expect(parseId("pay", text)).toBeNull();
  });
});
