import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { hasSecret, keptSecret } from "./secrets";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a secret is made once, kept beside the others, and is only its owner's to read", () => {
  const make = (value: string) => () => value;
  expect(keptSecret(folder, "a", z.string(), make("first"))).toBe("first");
  expect(keptSecret(folder, "b", z.string(), make("other"))).toBe("other");
  expect(keptSecret(folder, "a", z.string(), make("second"))).toBe("first");
  expect(hasSecret(folder, "a")).toBe(true);
  expect(hasSecret(folder, "c")).toBe(false);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("a damaged file is said to be damaged, and never written over", () => {
  writeFileSync(join(folder, "secrets.json"), "{");
  expect(() => keptSecret(folder, "a", z.string(), () => "new")).toThrow(/cannot be read/);
  expect(readFileSync(join(folder, "secrets.json"), "utf8")).toBe("{");
});
