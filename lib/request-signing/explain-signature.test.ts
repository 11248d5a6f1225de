import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRequest, type SignedParts } from "./canonical-request";
import { explainSignature } from "./explain-signature";

const BODY = '{"amount":"12.34","currency":"INR"}';
const BASE: SignedParts = {
  method: "post",
  path: "/api/v1/payments",
  timestamp: "1760000000",
  nonce: "n-abcdefghijklmnop",
  idempotencyKey: "order-A",
  body: Buffer.from(BODY),
};

const sent = (changes: Partial<SignedParts> = {}) => canonicalRequest({ ...BASE, ...changes }).toString("base64");

describe("signature.explained", () => {
  it("shows the string that was signed, with the body's length and digest", () => {
    const digest = createHash("sha256").update(BODY).digest("hex");
    expect(explainSignature(BASE, null)).toEqual({
      signed_string: `POST\n/api/v1/payments\n1760000000\nn-abcdefghijklmnop\norder-A\nBODY bytes=35 sha256=${digest}`,
    });
    expect(explainSignature({ ...BASE, idempotencyKey: "", body: Buffer.alloc(0) }, null).signed_string).toMatch(
      /\n\n$/,
    );
  });

  it.each<[Partial<SignedParts>, string, number, string, string]>([
    [{ method: "GET" }, "method", 0, "xxxx\n/xxx/x0/xxx", "xxx\n/xxx/x0/xxxx"],
    [{ path: "/payments" }, "path", 1, "xxx/x0/xxxxxxxx\n", "xxxxxxxx\n0000000"],
    [{ path: "/api/v1/payments?" }, "path", 16, "\n0000000000\nx-xx", "?\n0000000000\nx-x"],
    [{ timestamp: "1760000001" }, "timestamp", 9, "0\nx-xxxxxxxxxxxx", "0\nx-xxxxxxxxxxxx"],
    [{ idempotencyKey: "" }, "idempotency_key", 0, 'xxxxx-x\n{"xxxxxx', '\n{"xxxxxx":"00.0'],
    [{ body: Buffer.from('{"amount": "12.34"') }, "body", 10, '"00.00","xxxxxxx', ' "00.00"'],
    [{ body: Buffer.from(`${BODY}\n`) }, "body", 35, "", "\n"],
    [{ body: Buffer.alloc(0) }, "body", 0, '{"xxxxxx":"00.00', ""],
  ])("finds where %j begins to differ", (changes, part, offset, expected, got) => {
    const difference = { part, offset, expected: expected.toLowerCase(), got: got.toLowerCase() };
    expect(explainSignature(BASE, sent(changes)).first_difference).toEqual(difference);
  });

  it("the same string is no difference, in either base64; what is none, or too long, is left alone", () => {
    expect(explainSignature(BASE, sent()).first_difference).toBeNull();
    expect(explainSignature(BASE, canonicalRequest(BASE).toString("base64url")).first_difference).toBeNull();
    for (const text of ["", "not base64!", "A".repeat(8_193)]) {
      expect(explainSignature(BASE, text)).not.toHaveProperty("first_difference");
    }
  });

  it("names a place in the right part, whatever was changed", () => {
    const part = fc.constantFrom("path", "nonce", "idempotencyKey", "body" as const);
    fc.assert(
      fc.property(part, fc.string({ unit: "grapheme", maxLength: 20 }), (name, text) => {
        const clean = text.replace(/[\r\n]/g, "");
        fc.pre(clean !== "" && !clean.startsWith("!"));
        const changed = { ...BASE, [name]: name === "body" ? Buffer.from(clean) : clean };
        const own = { ...BASE, [name]: name === "body" ? Buffer.from(`!${clean}`) : `!${clean}` };
        const { first_difference } = explainSignature(own, canonicalRequest(changed).toString("base64"));
        const label = name === "idempotencyKey" ? "idempotency_key" : name;
        expect(first_difference).toMatchObject({ part: label, offset: 0 });
      }),
    );
  });
});

describe("signature.explained-without-secrets: the attack is to read card data out of an error", () => {
  const planted = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "123",
    "asha@example.com",
    "cs_test_0123456789abcdef0123456789abcdef",
  ];
  it.each(planted)("%s is shown nowhere", (text) => {
    const encoded = encodeURIComponent(text);
    const parts: SignedParts = {
      ...BASE,
      path: `/api/v1/cards/${encoded}?reference=${encoded}`,
      nonce: text.replace(/[^A-Za-z0-9_-]/g, "").padEnd(16, "x"),
      idempotencyKey: text,
      body: Buffer.from(JSON.stringify({ number: text, cvc: text })),
    };
    for (let at = 0; at < 200; at += 7) {
      const theirs = Buffer.from(canonicalRequest(parts));
      theirs[Math.min(at, theirs.length - 1)] = 0;
      const answer = JSON.stringify(explainSignature(parts, theirs.toString("base64")));
      for (const shape of [text, encoded, text.replaceAll(" ", "")]) expect(answer).not.toContain(shape);
    }
  });

  it("a body with a card number has no digest: there are too few card numbers", () => {
    const parts = { ...BASE, body: Buffer.from('{"number":"4242424242424242"}') };
    expect(explainSignature(parts, null).signed_string).toMatch(/\nBODY bytes=29$/);
  });
});
