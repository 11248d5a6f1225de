import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const FOLDERS = "{app,components,db,lib,sandbox,scripts}";
const INTEGRATION = `${FOLDERS}/**/*.integration.test.{ts,tsx}`;

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
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [INTEGRATION],
          globalSetup: ["db/testing/global-setup.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          // Two cores: more would only take turns, and hold more connections.
          maxWorkers: 2,
        },
      },
    ],
  },
});
