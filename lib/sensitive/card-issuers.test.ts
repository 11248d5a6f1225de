import { describe, expect, it } from "vitest";
import { brandOfDigits } from "./card-issuers";

const numberOf = (issuer: string, length: number): string => issuer.padEnd(length, "0");

describe("brandOfDigits", () => {
  it.each([
    ["399999", "diners"],
    ["400000", "visa"],
    ["499999", "visa"],
    ["222099", "unknown"],
    ["222100", "mastercard"],
    ["272099", "mastercard"],
    ["272100", "unknown"],
    ["509999", "unknown"],
    ["510000", "mastercard"],
    ["559999", "mastercard"],
    ["560000", "maestro"],
    ["601100", "discover"],
    ["644000", "discover"],
    ["643999", "unknown"],
    ["659999", "discover"],
    ["660000", "unknown"],
    ["300000", "diners"],
    ["305999", "diners"],
    ["306000", "unknown"],
    ["309500", "diners"],
    ["360000", "diners"],
    ["352799", "unknown"],
    ["352800", "jcb"],
    ["358999", "jcb"],
    ["359000", "unknown"],
    ["620000", "unionpay"],
    ["622126", "unionpay"],
    ["629999", "unionpay"],
    ["810000", "unionpay"],
    ["817199", "unionpay"],
    ["501800", "maestro"],
    ["504175", "unknown"],
    ["506699", "unknown"],
    ["630400", "maestro"],
    ["639000", "maestro"],
    ["676100", "maestro"],
    ["000000", "unknown"],
    ["176000", "unknown"],
    ["999999", "unknown"],
  ])("%s is %s", (issuer, brand) => {
    expect(brandOfDigits(numberOf(issuer, 16))).toBe(brand);
  });

  it.each([
    ["508499", "maestro", "508500"],
    ["509000", "unknown", "508999"],
    ["606984", "unknown", "606985"],
    ["607985", "unknown", "607984"],
    ["608000", "unknown", "608001"],
    ["608501", "unknown", "608500"],
    ["652149", "discover", "652150"],
    ["653150", "discover", "653149"],
    ["817199", "unionpay", "817200"],
    ["820200", "unknown", "820199"],
  ])("RuPay ends where the contract says: %s is %s, %s is rupay", (outside, brand, inside) => {
    expect(brandOfDigits(numberOf(outside, 16))).toBe(brand);
    expect(brandOfDigits(numberOf(inside, 16))).toBe("rupay");
  });

  it.each([
    ["400000", "visa", [13, 16, 19]],
    ["510000", "mastercard", [16]],
    ["222100", "mastercard", [16]],
    ["340000", "amex", [15]],
    ["370000", "amex", [15]],
    ["508500", "rupay", [16]],
    ["652150", "rupay", [16]],
    ["601100", "discover", [16, 17, 18, 19]],
    ["360000", "diners", [14, 15, 16, 17, 18, 19]],
    ["352800", "jcb", [16, 17, 18, 19]],
    ["620000", "unionpay", [16, 17, 18, 19]],
    ["501800", "maestro", [12, 13, 14, 15, 16, 17, 18, 19]],
  ])("%s is %s at these lengths and unknown at every other", (issuer, brand, lengths) => {
    const issued = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].filter(
      (length) => brandOfDigits(numberOf(issuer, length)) === brand,
    );
    expect(issued).toEqual(lengths);
    expect(brandOfDigits(numberOf(issuer, 20))).toBe("unknown");
  });

  it("an empty string is unknown", () => {
    expect(brandOfDigits("")).toBe("unknown");
  });
});
