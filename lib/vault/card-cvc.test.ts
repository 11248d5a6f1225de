import { describe, expect, it } from "vitest";
import { CARD_BRANDS } from "@/lib/sensitive/card-issuers";
import { parseCvc } from "./card-cvc";

describe("parseCvc", () => {
  it.each(CARD_BRANDS)("wants four digits for American Express, else three: %s", (brand) => {
    const three = { ok: true, cvc: "012" };
    const four = { ok: true, cvc: "0123" };
    expect(parseCvc("012", brand)).toEqual(brand === "amex" ? { ok: false } : three);
    expect(parseCvc("0123", brand)).toEqual(brand === "amex" ? four : { ok: false });
  });

  it.each(["12", "12345", "", " 123", "123\n", "12a", "１２３", "१२३", "1e2", "-12", 123, null, ["123"]])(
    "refuses %j",
    (text) => {
      expect(parseCvc(text, "visa")).toEqual({ ok: false });
    },
  );
});
