import { expect, test } from "vitest";
import { installReason } from "./install-needed.mjs";

const lockfile = {
  packages: {
    "": {},
    "node_modules/zod": { version: "4.6.7", integrity: "sha512-a" },
    "node_modules/for-another-platform": { version: "1.0.0", integrity: "sha512-b", optional: true },
  },
};
const installed = { packages: { "node_modules/zod": { version: "4.6.7", integrity: "sha512-a" } } };

test("an empty checkout is installed", () => {
  expect(installReason({ lockHash: "h", stamp: null, lockfile, installed: null })).toMatch(/nothing is installed/);
});

test("an install of ours that finished with this lockfile is not repeated", () => {
  expect(installReason({ lockHash: "h", stamp: "h", lockfile, installed: null })).toBeNull();
});

test("an install by hand counts when it put there what the lockfile says", () => {
  expect(installReason({ lockHash: "h", stamp: null, lockfile, installed })).toBeNull();
});

test.each([
  ["another version", { "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" } }],
  ["another content", { "node_modules/zod": { version: "4.6.7", integrity: "sha512-z" } }],
  ["a package missing", {}],
  ["a package too many", { ...installed.packages, "node_modules/left-over": { version: "1.0.0" } }],
])("a lockfile that has changed is installed: %s", (_, packages) => {
  expect(installReason({ lockHash: "new", stamp: "old", lockfile, installed: { packages } })).toMatch(/changed/);
});
