import { describe, expect, it } from "vitest";
import { mergeSpans, type Span } from "./span";

describe("mergeSpans", () => {
  it.each<[string, Span[], Span[]]>([
    ["none", [], []],
    [
      "apart, out of order",
      [
        [5, 7],
        [1, 3],
      ],
      [
        [1, 3],
        [5, 7],
      ],
    ],
    [
      "overlapping",
      [
        [1, 4],
        [3, 7],
      ],
      [[1, 7]],
    ],
    [
      "one inside another",
      [
        [1, 9],
        [2, 3],
      ],
      [[1, 9]],
    ],
    [
      "twice the same",
      [
        [1, 3],
        [1, 3],
      ],
      [[1, 3]],
    ],
    [
      "side by side",
      [
        [1, 3],
        [3, 5],
      ],
      [
        [1, 3],
        [3, 5],
      ],
    ],
  ])("%s", (_how, spans, merged) => {
    expect(mergeSpans(spans)).toEqual(merged);
  });
});
