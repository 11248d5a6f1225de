import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceHash } from "./source-hash";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "source-hash-"));
  mkdirSync(join(root, "app/[...nextauth]"), { recursive: true });
  writeFileSync(join(root, "app/[...nextauth]/route.ts"), "1");
  writeFileSync(join(root, "package-lock.json"), "{}");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ["app/[...nextauth]/route.ts", "2"],
  ["app/new.tsx", ""],
  ["package-lock.json", "{ }"],
  ["next.config.ts", ""],
  ["proxy.ts", ""],
])("a change of %s is a change of the build", (path, content) => {
  const before = sourceHash(root);
  writeFileSync(join(root, path), content);
  expect(sourceHash(root)).not.toBe(before);
});

test.each(["README.md", "app/page.test.tsx", "biome.json"])("%s is not part of the build", (path) => {
  const before = sourceHash(root);
  writeFileSync(join(root, path), "changed");
  expect(sourceHash(root)).toBe(before);
});
