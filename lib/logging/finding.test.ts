import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeFindings } from "./finding";

const finding = (start: number, end: number, text: string) => ({ start, end, text });

describe("mergeFindings", () => {
  it.each([
    [
      "apart, in the order of the text",
      [finding(5, 6, "b"), finding(0, 2, "a")],
      [finding(0, 2, "a"), finding(5, 6, "b")],
    ],
    ["touching", [finding(0, 2, "a"), finding(2, 4, "b")], [finding(0, 2, "a"), finding(2, 4, "b")]],
    ["one in another", [finding(0, 9, "a"), finding(2, 4, "b")], [finding(0, 9, "a")]],
    ["a surer one in another", [finding(2, 4, "b"), finding(0, 9, "a")], [finding(0, 9, "b")]],
    ["crossing, the first surer", [finding(0, 5, "a"), finding(3, 8, "b")], [finding(0, 8, "a")]],
    ["crossing, the second surer", [finding(3, 8, "b"), finding(0, 5, "a")], [finding(0, 8, "b")]],
    ["a chain", [finding(0, 5, "a"), finding(4, 8, "b"), finding(7, 9, "c")], [finding(0, 9, "a")]],
  ])("%s", (_what, findings, expected) => {
    expect(mergeFindings(findings)).toMatchObject(expected);
    expect(mergeFindings(findings)).toHaveLength(expected.length);
  });

  it("covers every character that a finding covers, once", () => {
    const range = fc.tuple(fc.nat(40), fc.nat(10)).map(([start, length]) => finding(start, start + length + 1, "x"));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (findings) => {
        const merged = mergeFindings(findings);
        for (let index = 0; index < 60; index += 1) {
          const isIn = ({ start, end }: { start: number; end: number }) => start <= index && index < end;
          expect(merged.filter(isIn)).toHaveLength(findings.some(isIn) ? 1 : 0);
        }
      }),
    );
  });
});
