import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors/app-error";
import { readSignatureHeaders } from "./signature-headers";

const RIGHT = {
  "X-Api-Key": "key_test_0123456789abcdefghjkmnpqrs",
  "X-Timestamp": "1760000000",
  "X-Nonce": "n-0000000000000001",
  "X-Signature": "0".repeat(64),
};

function refusal(headers: Record<string, string>): { code: string; detail: string } | null {
  try {
    readSignatureHeaders(new Headers(headers));
    return null;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, detail: error.message };
    throw error;
  }
}

describe("readSignatureHeaders", () => {
  it("reads the four, and the idempotency key as it came", () => {
    expect(readSignatureHeaders(new Headers({ ...RIGHT, "Idempotency-Key": "order 1 001" }))).toEqual({
      keyId: RIGHT["X-Api-Key"],
      timestamp: "1760000000",
      nonce: "n-0000000000000001",
      signature: "0".repeat(64),
      idempotencyKey: "order 1 001",
    });
    expect(readSignatureHeaders(new Headers(RIGHT)).idempotencyKey).toBe("");
  });

  it.each(Object.keys(RIGHT))("a missing or empty %s is named", (name) => {
    const { [name as keyof typeof RIGHT]: _, ...rest } = RIGHT;
    for (const headers of [rest, { ...rest, [name]: "" }]) {
      expect(refusal(headers)?.code).toBe("signature_missing");
      expect(refusal(headers)?.detail).toContain(name.toLowerCase());
    }
  });

  it.each([
    ["X-Api-Key", "test_0123456789abcdefghjkmnpqrs"],
    ["X-Api-Key", "key_prod_0123"],
    ["X-Api-Key", `key_test_${"a".repeat(65)}`],
    ["X-Api-Key", "key_test_a b"],
    ["X-Timestamp", "1760000000.5"],
    ["X-Timestamp", "-1760000000"],
    ["X-Timestamp", "+1760000000"],
    ["X-Timestamp", "1.76e9"],
    ["X-Timestamp", "0x68e77800"],
    ["X-Timestamp", "now"],
    ["X-Timestamp", "9".repeat(13)],
    ["X-Nonce", "n".repeat(15)],
    ["X-Nonce", "n".repeat(65)],
    ["X-Nonce", "n-000000000000000!"],
    ["X-Nonce", "n-00000000 0000001"],
    ["X-Signature", "0".repeat(63)],
    ["X-Signature", "0".repeat(65)],
    ["X-Signature", "A".repeat(64)],
    ["X-Signature", "g".repeat(64)],
  ])("%s: %s is malformed", (name, value) => {
    expect(refusal({ ...RIGHT, [name]: value })?.code).toBe("signature_malformed");
    expect(refusal({ ...RIGHT, [name]: value })?.detail).toContain(name.toLowerCase());
  });

  it("a header sent twice is malformed", () => {
    const headers = new Headers(RIGHT);
    headers.append("X-Nonce", "n-0000000000000002");
    expect(() => readSignatureHeaders(headers)).toThrow(AppError);
  });

  it("accepts a nonce of 16 and one of 64 characters", () => {
    for (const length of [16, 64]) expect(refusal({ ...RIGHT, "X-Nonce": "_".repeat(length) })).toBeNull();
  });
});
