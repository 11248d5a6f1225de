import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors/app-error";
import { canonicalPath, canonicalRequest, type SignedParts } from "./canonical-request";
import { CLOCK_TOLERANCE_SECONDS, checkSignature } from "./check-signature";

const SECRET = "cs_test_0123456789abcdef0123456789abcdef";
const TIME = 1_760_000_000;
const BASE: SignedParts = {
  method: "POST",
  path: "/api/v1/payments",
  timestamp: String(TIME),
  nonce: "n-0000000000000001",
  idempotencyKey: "order-1001",
  body: Buffer.from('{"amount":"1234.56","currency":"INR"}'),
};

/** Written from the contract, not with the code under test. */
function sign(parts: SignedParts, secret = SECRET): string {
  const { method, path, timestamp, nonce, idempotencyKey, body } = parts;
  const head = `${method}\n${path}\n${timestamp}\n${nonce}\n${idempotencyKey}\n`;
  return createHmac("sha256", secret).update(head, "utf8").update(body).digest("hex");
}

function refusal(parts: SignedParts, signature: string, secrets = [SECRET], now: number = TIME): string | null {
  try {
    checkSignature(parts, signature, secrets, now);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe("the contract's signature examples", () => {
  it("POST with a key and a body", () => {
    const signature = "683d18faa264c71fcaecc3771e98e1b2b1a583c80f79a54394e8a839ee7563d7";
    expect(sign(BASE)).toBe(signature);
    expect(refusal(BASE, signature)).toBeNull();
  });

  it("GET with a quote in its query, no key and no body", () => {
    const path = canonicalPath("https://shop.example/api/v1/payments?limit=1&reference=O'Brien");
    expect(path).toBe("/api/v1/payments?limit=1&reference=O%27Brien");
    const parts = { ...BASE, method: "GET", path, idempotencyKey: "", body: Buffer.alloc(0) };
    expect(refusal(parts, "179db38254f8fd752dd5d8466d01a576cd8b36c8361b1ed4e109382124cbf50a")).toBeNull();
  });

  it("a bare question mark is no query", () => {
    expect(canonicalPath("https://shop.example/api/v1/payments?")).toBe("/api/v1/payments");
  });
});

const line = fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));
const anyParts: fc.Arbitrary<SignedParts> = fc.record({
  method: fc.constantFrom("GET", "POST", "PATCH", "DELETE"),
  path: line.map((text) => canonicalPath(`http://h/${text}`)),
  timestamp: fc.nat().map(String),
  nonce: fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/),
  idempotencyKey: line,
  body: fc.uint8Array({ maxLength: 60 }),
});
const tuple = (parts: SignedParts) => JSON.stringify({ ...parts, body: Buffer.from(parts.body).toString("hex") });

describe("signature.covers-everything: the attack is to alter one part of a signed request", () => {
  it("a change of any byte of any part is refused", () => {
    const textParts = ["method", "path", "timestamp", "nonce", "idempotencyKey"] as const;
    const change = fc.oneof(
      fc.record({ part: fc.constantFrom(...textParts), at: fc.nat(), to: fc.stringMatching(/^[!-~]$/) }),
      fc.record({ part: fc.constant("body" as const), at: fc.nat(), to: fc.stringMatching(/^[ -~\n]$/) }),
    );
    fc.assert(
      fc.property(anyParts, change, (given, { part, at, to }) => {
        const parts = { ...given, timestamp: String(TIME) };
        const text = part === "body" ? Buffer.from(parts.body).toString("latin1") : parts[part];
        const place = at % (text.length + 1);
        const altered = `${text.slice(0, place)}${to}${text.slice(place + 1)}`;
        fc.pre(altered !== text && altered.toUpperCase() !== text);
        const sent = { ...parts, [part]: part === "body" ? Buffer.from(altered, "latin1") : altered };
        const refusals = part === "timestamp" ? ["signature_invalid", "timestamp_out_of_range"] : ["signature_invalid"];
        expect(refusals).toContain(refusal(sent, sign(parts)));
      }),
    );
  });

  it("a change of any bit of the signature is refused", () => {
    const signature = sign(BASE);
    for (let place = 0; place < signature.length; place += 1) {
      const digit = Number.parseInt(signature.charAt(place), 16);
      for (let bit = 1; bit < 16; bit *= 2) {
        const altered = `${signature.slice(0, place)}${(digit ^ bit).toString(16)}${signature.slice(place + 1)}`;
        expect(refusal(BASE, altered)).toBe("signature_invalid");
      }
    }
    expect(refusal(BASE, signature.slice(0, -1))).toBe("signature_invalid");
    expect(refusal(BASE, "")).toBe("signature_invalid");
  });
});

describe("canonical.injective: the attack is to move bytes from one part into the next", () => {
  it("two different requests never have the same signed bytes, as long as no part but the body holds a line break", () => {
    fc.assert(
      fc.property(anyParts, anyParts, (one, two) => {
        fc.pre(tuple(one) !== tuple(two));
        expect(canonicalRequest(one).equals(canonicalRequest(two))).toBe(false);
      }),
    );
    // Neighbours are where a missing separator would show.
    fc.assert(
      fc.property(anyParts, fc.nat(), (parts, at) => {
        fc.pre(parts.idempotencyKey.length > 0);
        const cut = at % parts.idempotencyKey.length;
        const moved = {
          ...parts,
          idempotencyKey: parts.idempotencyKey.slice(0, cut),
          body: Buffer.concat([Buffer.from(parts.idempotencyKey.slice(cut)), parts.body]),
        };
        expect(canonicalRequest(parts).equals(canonicalRequest(moved))).toBe(false);
      }),
    );
  });

  it.each(["method", "path", "timestamp", "nonce", "idempotencyKey"] as const)(
    "a line break in %s is refused, even when it was signed",
    (part) => {
      for (const lineBreak of ["\n", "\r", "\r\n"]) {
        const parts = { ...BASE, [part]: `${BASE[part]}${lineBreak}` };
        expect(refusal(parts, sign(parts))).toBe("signature_malformed");
      }
      const split = { ...BASE, idempotencyKey: "order-1001\nx", body: Buffer.from("y") };
      const same = { ...BASE, idempotencyKey: "order-1001", body: Buffer.from("x\ny") };
      expect(sign(split)).toBe(sign(same));
      expect(refusal(same, sign(same))).toBeNull();
      expect(refusal(split, sign(split))).toBe("signature_malformed");
    },
  );

  it("a line break in the body is the body's own", () => {
    const parts = { ...BASE, body: Buffer.from('{\r\n"amount":\n"1.00"}\n') };
    expect(refusal(parts, sign(parts))).toBeNull();
  });
});

describe("rotation: two secrets are good for a while, and no third", () => {
  const [current, previous] = ["cs_test_current", "cs_test_previous"];

  it("accepts either and refuses another", () => {
    expect(refusal(BASE, sign(BASE, current), [current, previous])).toBeNull();
    expect(refusal(BASE, sign(BASE, previous), [current, previous])).toBeNull();
    expect(refusal(BASE, sign(BASE, "cs_test_other"), [current, previous])).toBe("signature_invalid");
  });

  it("accepts nothing without a secret", () => {
    expect(refusal(BASE, sign(BASE, ""), [])).toBe("signature_invalid");
  });
});

describe("clock: a request is good for 300 seconds either way", () => {
  const at = (now: number) => refusal(BASE, sign(BASE), [SECRET], now);

  it("accepts both edges, whatever part of a second has gone by", () => {
    expect(CLOCK_TOLERANCE_SECONDS).toBe(300);
    for (const fraction of [0, 0.001, 0.5, 0.999]) {
      expect(at(TIME + 300 + fraction)).toBeNull();
      expect(at(TIME - 300 + fraction)).toBeNull();
    }
  });

  it("refuses beyond them", () => {
    expect(at(TIME + 301)).toBe("timestamp_out_of_range");
    expect(at(TIME - 300.001)).toBe("timestamp_out_of_range");
    expect(at(TIME - 301)).toBe("timestamp_out_of_range");
  });

  it("says so before it looks at the signature", () => {
    expect(refusal(BASE, "0".repeat(64), [SECRET], TIME + 1000)).toBe("timestamp_out_of_range");
  });
});
