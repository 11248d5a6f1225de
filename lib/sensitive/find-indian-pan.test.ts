import { describe, expect, it } from "vitest";
import { findIndianPans } from "./find-indian-pan";

const found = (text: string): string[] => findIndianPans(text).map(([start, end]) => text.slice(start, end));

describe("indian-pan.is-found-however-written", () => {
  // The attack: a tax number reaches a log in lower case, inside an escaped string or a URL, where no word boundary is.
  it.each([
    ["alone", "ABCPE1234F"],
    ["lower case", "abcpe1234f"],
    ["with an underscore", "pan_ABCPE1234F_x"],
    ["in a sentence", "PAN: ABCPE1234F."],
    ["in JSON inside JSON", '"a\\nABCPE1234F\\n"'],
    ["after an escaped code point", "\\u0020ABCPE1234F"],
    ["in a query", "?tax%3DABCPE1234F%26x"],
    ["after an encoded space", "%20ABCPE1234F"],
  ])("%s", (_where, text) => {
    expect(found(text).map((pan) => pan.toUpperCase())).toEqual(["ABCPE1234F"]);
  });

  it.each(Array.from("ABCFGHLJPT"))("for holder type %s", (holder) => {
    expect(found(`ABC${holder}E1234F`)).toHaveLength(1);
  });

  it("each of several", () => {
    expect(found("ABCPE1234F AAACA1111A")).toEqual(["ABCPE1234F", "AAACA1111A"]);
  });
});

describe("indian-pan.other-words-are-left-alone", () => {
  it.each([
    ...Array.from("DEIKMNOQRSUVWXYZ", (holder) => `ABC${holder}E1234F`),
    "ABCPE1234",
    "ABCPE12345",
    "ABCP1234FF",
  ])("%s", (word) => {
    expect(findIndianPans(word)).toEqual([]);
  });

  it.each(["xABCPE1234F", "ABCPE1234Fx", "9ABCPE1234F", "ABCPE1234F9", ""])("part of another word: %j", (word) => {
    expect(findIndianPans(word)).toEqual([]);
  });
});
