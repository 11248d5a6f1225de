import { chromium } from "playwright";
import { expect, test } from "vitest";
import { findChromium } from "./find-chromium";

const own = chromium.executablePath();

test("a browser that is named is used, whatever else there is", () => {
  expect(findChromium("/opt/chrome", () => true)).toBe("/opt/chrome");
});

test("Playwright's own comes before the system's", () => {
  expect(findChromium("", () => true)).toBe(own);
  expect(findChromium("", (path) => path !== own)).toBe("/usr/bin/chromium");
});

test("none is null", () => {
  expect(findChromium("", () => false)).toBeNull();
});
