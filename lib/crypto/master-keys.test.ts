import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseMasterKeys } from "./master-keys";

const secret = (bytes = 32) => randomBytes(bytes).toString("base64");

describe("parseMasterKeys", () => {
  it("reads keys in order, the current one first", () => {
    const [a, b] = [secret(), secret()];
    const keys = parseMasterKeys(`2026-a:${a}, 2025-b:${b}`);
    expect(keys.map(({ kid, key }) => [kid, Buffer.from(key).toString("base64")])).toEqual([
      ["2026-a", a],
      ["2025-b", b],
    ]);
  });

  it.each([
    ["nothing", "", /Master key 1 is empty/],
    ["a trailing comma", `a:${secret()},`, /Master key 2 is empty/],
    ["a key without an id", secret(), /Master key 1 has no valid id/],
    ["an empty id", `:${secret()}`, /Master key 1 has no valid id/],
    ["31 bytes", `a:${secret(31)}`, /Master key 1 has 31 bytes and needs 32/],
    ["64 bytes", `a:${secret(64)}`, /Master key 1 has 64 bytes and needs 32/],
    ["hex", `a:${randomBytes(32).toString("hex")}`, /has 48 bytes and needs 32/],
    ["no padding", `a:${secret().slice(0, -1)}`, /Master key 1 is not valid base64/],
    ["a character that base64 does not know", `a:${secret()}!`, /Master key 1 is not valid base64/],
    ["zeros", `a:${Buffer.alloc(32).toString("base64")}`, /Master key 1 is not random/],
    ["an id twice", `a:${secret()},b:${secret()},a:${secret()}`, /Master key 3 has the id of an earlier one/],
  ])("refuses %s and says what to do", (_what, text, message) => {
    expect(() => parseMasterKeys(text)).toThrow(message);
    expect(() => parseMasterKeys(text)).toThrow(/openssl rand -base64 32|own id/);
  });
});

describe("master-keys.never-printed", () => {
  // Attack: the start-up error of a half-right MASTER_KEY ends in a log that many can read.
  it("quotes no part of the value", () => {
    const key = secret();
    for (const text of [key, `${key}:${key}`, `a:${key}x`, `:${key}`, `a:${key},a:${key}`, `a b:${key}`]) {
      const thrown = (() => {
        try {
          parseMasterKeys(text);
        } catch (error) {
          return error instanceof Error ? `${error.message} ${error.stack}` : "";
        }
        return "";
      })();
      expect(thrown).toContain("Master key");
      for (let start = 0; start + 8 <= key.length; start += 1)
        expect(thrown).not.toContain(key.slice(start, start + 8));
    }
  });
});
