import { expect, test } from "vitest";
import { nodeVersionProblem } from "./node-version.mjs";

test.each(["20.0.0", "20.20.2", "24.21.0", "100.1.0"])("%s will do", (version) => {
  expect(nodeVersionProblem(version)).toBeNull();
});

test.each(["18.19.1", "9.11.2"])("%s is refused, with what to do", (version) => {
  expect(nodeVersionProblem(version)).toContain(version);
  expect(nodeVersionProblem(version)).toMatch(/Install a current one/);
});
