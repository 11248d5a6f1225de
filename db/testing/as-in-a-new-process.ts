// Before anything of Next.js, which looks for it once: its storage of requests.
import "next/dist/server/node-environment-baseline";

import { vi } from "vitest";

/**
 * Runs before each integration test file: the files of one worker share its process, because to start one and to load all
 * packages anew takes longer than most files do. What our own modules remember (the settings, the pool, the key ring) is
 * not shared: each file gets them as a new process would have them.
 */
vi.unstubAllEnvs();
vi.useRealTimers();
vi.resetModules();
for (const name of Object.keys(globalThis).filter((key) => key.startsWith("countinghouse"))) {
  Reflect.deleteProperty(globalThis, name);
}
