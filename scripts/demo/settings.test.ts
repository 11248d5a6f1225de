import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readDemoSettings } from "./settings";

test("without anything set it is port 3000 and .data", () => {
  expect(readDemoSettings({ PORT: "" })).toEqual({
    port: 3000,
    dataDir: resolve(".data"),
    url: "http://localhost:3000",
  });
});

test("another port and folder", () => {
  expect(readDemoSettings({ PORT: "3100", DATA_DIR: "/srv/data" })).toEqual({
    port: 3100,
    dataDir: "/srv/data",
    url: "http://localhost:3100",
  });
});

test.each(["0", "65536", "http", "30.5"])("PORT=%s is refused by name", (PORT) => {
  expect(() => readDemoSettings({ PORT })).toThrow(/^PORT is/);
});
