import { expect, test } from "vitest";
import { closingLine, type SuiteResult, shortcomings, totalOf } from "./suite";

const suite = (counts: Partial<SuiteResult>): SuiteResult => ({
  name: "unit",
  passed: 0,
  failed: 0,
  skipped: 0,
  seconds: 1,
  output: "",
  ...counts,
});

test("the closing line is plain, and names skipped tests only when there are some", () => {
  const results = [suite({ passed: 3 }), suite({ passed: 4, failed: 1 })];
  expect(closingLine(totalOf(results))).toBe("7 passed, 1 failed");
  expect(closingLine(totalOf([...results, suite({ passed: 1, skipped: 2 })]))).toBe("8 passed, 1 failed, 2 skipped");
});

test("all passed is good enough", () => {
  expect(shortcomings([suite({ passed: 1 })], true)).toEqual([]);
});

test("a suite in which nothing ran is not", () => {
  expect(shortcomings([suite({})], false)).toEqual(["unit: no test ran"]);
  expect(shortcomings([suite({ skipped: 5 })], false)).toEqual(["unit: no test ran"]);
});

test("a skipped test is allowed at home, and not on CI", () => {
  const results = [suite({ passed: 1, skipped: 1 })];
  expect(shortcomings(results, false)).toEqual([]);
  expect(shortcomings(results, true)).toHaveLength(1);
});
