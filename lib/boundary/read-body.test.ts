import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors/app-error";
import { MAX_BODY_BYTES, parseJsonBody, readBody } from "./read-body";

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://h/", { method: "POST", body, headers, duplex: "half" } as RequestInit);

/** A body of unknown length that tells how much of it was asked for. */
function endless(chunkBytes: number): { stream: ReadableStream; asked: () => number } {
  let asked = 0;
  const stream = new ReadableStream({
    pull(controller) {
      asked += chunkBytes;
      controller.enqueue(new Uint8Array(chunkBytes));
    },
  });
  return { stream, asked: () => asked };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe("readBody", () => {
  it("gives the bytes as they came", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(await readBody(post(bytes))).toEqual(Buffer.from(bytes));
    expect(await readBody(post(null))).toEqual(Buffer.alloc(0));
  });

  it("reads 64 KiB and not one byte more", async () => {
    expect(MAX_BODY_BYTES).toBe(65_536);
    expect((await readBody(post(new Uint8Array(65_536)))).length).toBe(65_536);
    expect(await codeOf(readBody(post(new Uint8Array(65_537))))).toBe("body_too_large");
  });

  it("body.cap: the attack is a body without an end; reading stops at the cap", async () => {
    const { stream, asked } = endless(16_384);
    expect(await codeOf(readBody(post(stream)))).toBe("body_too_large");
    expect(asked()).toBeLessThan(65_536 * 3);
  });

  it("refuses an announced size before reading, and trusts no smaller one", async () => {
    const { stream, asked } = endless(16_384);
    expect(await codeOf(readBody(post(stream, { "content-length": "65537" })))).toBe("body_too_large");
    expect(asked()).toBeLessThanOrEqual(16_384);
    expect(await codeOf(readBody(post(endless(16_384).stream, { "content-length": "5" })))).toBe("body_too_large");
    expect(await codeOf(readBody(post(endless(16_384).stream, { "content-length": "x" })))).toBe("body_too_large");
  });
});

describe("parseJsonBody", () => {
  const JSON_TYPE = new Headers({ "content-type": "application/json" });
  const parse = (body: string | Buffer, headers = JSON_TYPE) => parseJsonBody(headers, Buffer.from(body as string));

  it("reads JSON in UTF-8", () => {
    expect(parse('{"a":"ключ 🔑","b":[1,null]}')).toEqual({ a: "ключ 🔑", b: [1, null] });
  });

  it.each([["text/json"], ["application/json5"], ["application/problem+json"], ["multipart/form-data"], [""]])(
    "refuses the type %s",
    (type) => {
      expect(() => parse("{}", new Headers({ "content-type": type }))).toThrow(
        expect.objectContaining({ code: "unsupported_media_type" }),
      );
    },
  );

  it.each([
    ["cut off", Buffer.from('{"a":')],
    ["a lone byte of UTF-8", Buffer.from([0x22, 0xc3, 0x22])],
    ["an overlong form", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ["a surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["UTF-16", Buffer.from("{}", "utf16le")],
    ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
  ])("refuses %s", (_, body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: "malformed_body" }));
  });

  const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${"]}".repeat(levels / 2)}`;

  it("body.depth: the attack is a document so deep that whatever walks it runs out of stack", () => {
    expect(parse(nested(64))).toEqual(JSON.parse(nested(64)));
    // Brackets in a text nest nothing.
    expect(parse(`{"a":"${"[".repeat(1000)}"}`)).toEqual({ a: "[".repeat(1000) });
    for (const body of [nested(66), `[${nested(64)}]`, `[1,{"b":2},${nested(64)}]`, nested(20_000)]) {
      expect(() => parse(body)).toThrow(expect.objectContaining({ code: "malformed_body" }));
    }
  });

  it("does not quote what it could not read: it may hold a card number", () => {
    try {
      parse('{"number":4242424242424242');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("4242");
      expect((error as AppError).cause).toBeUndefined();
    }
  });
});
