import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const FOLDERS = "{app,clients,components,db,lib,sandbox,scripts}";
const INTEGRATION = `${FOLDERS}/**/*.integration.test.{ts,tsx}`;

/** Those for which `npm test` has a short one: CONTRIBUTING.md says which. */
const FULL = `${FOLDERS}/**/*.full.integration.test.{ts,tsx}`;

/** `npm run test:full` sets it: the long runs. */
const isFull = process.env.TEST_FULL === "1";

export default defineConfig({
  resolve: {
    alias: [{ find: /^@\//, replacement: root }],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${FOLDERS}/**/*.test.{ts,tsx}`],
          exclude: [INTEGRATION],
          // One process per core for all files, not one per file: a third of the time. What a test changes, it puts back.
          isolate: false,
          testTimeout: isFull ? 600_000 : 20_000,
          provide: { moneyRuns: isFull ? 100_000 : 200 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [INTEGRATION],
          exclude: isFull ? [] : [FULL],
          globalSetup: ["db/testing/global-setup.ts"],
          isolate: false,
          setupFiles: ["db/testing/as-in-a-new-process.ts"],
          provide: { isFull },
          testTimeout: 20_000,
          hookTimeout: 60_000,
          // Two cores: more would only take turns, and hold more connections.
          maxWorkers: 2,
        },
      },
    ],
  },
});
