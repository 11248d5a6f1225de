import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createLogger } from "./logger";
import { runWithRequestContext } from "./request-context";

describe("logger.no-forged-line", () => {
  // Attack: a line break in any value that somebody else chose, with a line of one's own after it.
  const FORGED = 'x\r\n{"level":"info","msg":"forged"}\n';

  it.each<[string, (log: ReturnType<typeof createLogger>) => void]>([
    ["a message", (log) => log.warn(FORGED)],
    ["what is put into a message", (log) => log.warn("said %s %o %j", FORGED, { a: FORGED }, [FORGED])],
    ["a path", (log) => log.info({ path: FORGED, url: new URL(`http://a.example/${encodeURI(FORGED)}`) }, "request")],
    ["a header", (log) => log.info({ headers: new Map([["user-agent", FORGED]]), [FORGED]: FORGED }, "request")],
    [
      "an error and its causes",
      (log) => log.error({ err: new Error(FORGED, { cause: new Error(FORGED, { cause: FORGED }) }) }),
    ],
    [
      "an error by itself",
      (log) => log.error(Object.assign(new Error(FORGED), { name: FORGED, code: FORGED }), FORGED),
    ],
    ["a child's fields", (log) => log.child({ [FORGED]: FORGED }).info(FORGED)],
    [
      "ids of the request",
      (log) => runWithRequestContext({ requestId: FORGED, merchantId: FORGED }, () => log.info("x")),
    ],
  ])("in %s", (_, write) => {
    for (const unmasked of [undefined, true] as const) {
      const lines: string[] = [];
      const destination = { write: (line: string) => void lines.push(line) };
      write(createLogger({ level: "trace", destination, ...(unmasked && { unmasked }) }));
      expect(lines).toHaveLength(1);
      expect(lines.join("").trimEnd()).not.toMatch(/[\r\n]/);
      expect(JSON.parse(lines.join(""))).not.toMatchObject({ msg: "forged" });
    }
  });
});

describe("logger.unmasked", () => {
  it("is for tests alone: nothing of the product asks for it", () => {
    const asking = execFileSync("git", ["grep", "-lE", "unmasked: true|showAll\\(", "--", "*.ts", "*.tsx", "*.mjs"], {
      encoding: "utf8",
    });
    expect(
      asking
        .trim()
        .split("\n")
        .filter((path) => !/\/testing\/|\.test\.ts$/.test(path)),
    ).toEqual(["lib/logging/mask.ts"]);
  });
});
