import { dirname } from "node:path";
import { readDemoFile } from "../demo/demo-file";

/** Where the demo is that DEMO_FILE names; nothing before the global setup has started one. */
export function readDemoUrl(): { baseURL?: string } {
  const path = process.env.DEMO_FILE;
  const demo = path ? readDemoFile(dirname(path)) : null;
  return demo === null ? {} : { baseURL: demo.url };
}
