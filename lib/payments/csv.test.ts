import { describe, expect, it } from "vitest";
import { csvLine } from "./csv";

// The attack: a customer pays with the reference `=HYPERLINK(…)`, and the merchant's spreadsheet runs it.
describe("csv.formula-safe", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "＝1"])(
    "makes %j inert",
    (text) => {
      expect(csvLine([text])).toMatch(/^"?'/);
    },
  );

  it("leaves ordinary text alone", () => {
    expect(csvLine(["order-1", "12.50", "a=b", ""])).toBe("order-1,12.50,a=b,\r\n");
  });
});

describe("csv.quoting", () => {
  it("quotes commas, quotes and line ends (RFC 4180)", () => {
    expect(csvLine(['say "hi"', "a,b", "two\r\nlines"])).toBe('"say ""hi""","a,b","two\r\nlines"\r\n');
  });
});
