import { existsSync, readFileSync } from "node:fs";

/** The last lines of a log, for the moment its writer died. */
export function lastLines(path: string, count: number): string {
  if (!existsSync(path)) return "(nothing)";
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
