import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { readFolder } from "../card-traces/read-folder";
import { ROOT } from "../root";

const FOLDERS = ["app", "components", "db", "e2e", "lib", "sandbox", "scripts"];
const IS_SHORTER = /inject\("(?:isFull|moneyRuns)"\)|process\.env\.TEST_FULL/;

test("tests.nothing-left-out-quietly: what npm test does less of than test:full is listed in CONTRIBUTING.md", () => {
  const shorter = FOLDERS.flatMap((folder) => [...readFolder(join(ROOT, folder))])
    .filter(({ path, text }) => /\.full\.integration\.test\.tsx?$/.test(path) || IS_SHORTER.test(text))
    .map(({ path }) => basename(path))
    .filter((name) => !OF_THE_RUNNER.has(name));
  expect(shorter.length).toBeGreaterThan(4);
  const listed = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  expect(shorter.filter((name) => !listed.includes(`\`${name}\``))).toEqual([]);
});

/** They hand it on. */
const OF_THE_RUNNER = new Set(["test.ts", "full-only.test.ts"]);
