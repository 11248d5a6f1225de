import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { methodNotAllowed } from "./method-not-allowed";
import { type DoorKind, findDoors, importDoor, ROOT, textOf } from "./testing/doors";
import { markWrapped, type WrapperKind, wrapperKind } from "./wrapped";

/**
 * The attack: a page, a route or an action that somebody added and that forgot to ask who is there. Each is imported as
 * it is, nothing is mocked: what counts is the function that Next.js would call, not how its source looks.
 */
const OPENS_WITH_DIRECTIVE = /^(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*["']use server["']/;

const ALLOWED: Readonly<Record<DoorKind, readonly WrapperKind[]>> = {
  route: ["api", "handler"],
  page: ["page"],
  action: ["action"],
};

/** Under the integration API everything is signed, but for what is here. */
const UNSIGNED: readonly string[] = ["app/api/v1/[...path]/route.ts", "app/api/v1/openapi.json/route.ts"];

const doors = findDoors();

/** The exports that can be called from outside without having gone through a wrapper. */
function unguarded(door: DoorKind, exported: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(exported)
    .filter(([, value]) => typeof value === "function" || door === "action")
    .filter(([, value]) => !ALLOWED[door].some((kind) => kind === wrapperKind(value)))
    .map(([name]) => name);
}

describe("boundary.everything-is-wrapped", () => {
  it("finds the doors there are", () => {
    const found = (door: DoorKind) => doors.filter(([kind]) => kind === door).map(([, path]) => path);
    expect(found("route")).toContain("app/api/v1/payments/route.ts");
    expect(found("page")).toContain("app/(dashboard)/page.tsx");
    expect(found("action")).toContain("app/(auth)/login/actions.ts");
    expect(existsSync(join(ROOT, "pages"))).toBe(false);
  });

  it.each(doors)("%s %s", { timeout: 30_000 }, async (door, path) => {
    const exported = await importDoor(path);
    expect(Object.keys(exported)).not.toEqual([]);
    expect(unguarded(door, exported)).toEqual([]);
    if (path.startsWith("app/api/v1/") && !UNSIGNED.includes(path)) {
      const handlers = Object.values(exported).filter(
        (value) => typeof value === "function" && value !== methodNotAllowed,
      );
      expect(handlers.map(wrapperKind)).toEqual(handlers.map(() => "api"));
    }
  });

  it.each(doors.filter(([door]) => door === "action").map(([, path]) => path))(
    "%s is a file of actions as a whole: one inside a function could not be found here",
    (path) => {
      expect(textOf(path)).toMatch(OPENS_WITH_DIRECTIVE);
    },
  );
});

describe("the walk itself", () => {
  const open = () => undefined;

  it("sees what is not wrapped, or is wrapped for another purpose", () => {
    expect(unguarded("route", { GET: open, dynamic: "force-dynamic" })).toEqual(["GET"]);
    expect(unguarded("route", { GET: markWrapped(() => undefined, "api"), POST: open })).toEqual(["POST"]);
    expect(unguarded("route", { GET: markWrapped(() => undefined, "page") })).toEqual(["GET"]);
    expect(unguarded("page", { default: open, metadata: {} })).toEqual(["default"]);
    expect(unguarded("page", { default: markWrapped(() => undefined, "page"), generateMetadata: open })).toEqual([
      "generateMetadata",
    ]);
    expect(unguarded("action", { act: open, list: [] })).toEqual(["act", "list"]);
    expect(unguarded("action", { act: markWrapped(() => undefined, "action") })).toEqual([]);
  });

  it("takes no look-alike for the mark", () => {
    expect(wrapperKind({ [Symbol.for("countinghouse.wrapped")]: "api" })).toBeNull();
    expect(wrapperKind(Object.assign(() => undefined, { wrapped: "api" }))).toBeNull();
    const marked = markWrapped(() => undefined, "api");
    expect(() => Object.assign(marked, { [Symbol.for("countinghouse.wrapped")]: "page" })).toThrow(TypeError);
  });
});
