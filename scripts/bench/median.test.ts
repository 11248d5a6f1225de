import { expect, test } from "vitest";
import { median } from "./median";

test("the middle value, whatever the order", () => {
  expect(median([9, 1, 100])).toBe(9);
});

test("the mean of the two middle values of an even number", () => {
  expect(median([10, 1, 2, 100])).toBe(6);
});

test("nothing has no middle", () => {
  expect(() => median([])).toThrow(RangeError);
});
