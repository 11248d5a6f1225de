import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./root";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test(".env.example has every variable that the server reads, with its default", () => {
  const variables = [...read("lib/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): (.*)$/gm)];
  const example = new Map(
    [...read(".env.example").matchAll(/^#? ?([A-Z_]+)=(\S*)/gm)].map(([, name, value]) => [name, value]),
  );
  expect(variables.length).toBeGreaterThan(10);
  for (const [, name = "", schema = ""] of variables.filter(([, name]) => name !== "NODE_ENV")) {
    expect([...example.keys()], name).toContain(name);
    const given = /(?:default|prefault)\("?([^")]+)"?\)/.exec(schema)?.[1];
    if (given !== undefined) expect(example.get(name), name).toBe(given.replaceAll("_", ""));
  }
});
