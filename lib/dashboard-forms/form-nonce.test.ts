import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createKeyRing } from "@/lib/crypto/key-ring";
import { readIdempotencyKey } from "@/lib/idempotency/idempotency-key";
import { newId } from "@/lib/ids/id";
import { dashboardKey, dashboardRequest } from "./dashboard-request";
import { issueNonce, NONCE_SECONDS, readNonce } from "./form-nonce";

const key = (kid: string) => ({
  kid,
  purpose: "idempotency-fingerprint" as const,
  key: randomBytes(32),
  createdAt: new Date(0),
});
const first = key("first");
const ring = createKeyRing([first]);
const holder = { merchantId: newId("mer"), userId: newId("usr") };
const subject = `${newId("pay")}:${newId("ref")}`;
const NOW = 1_790_000_000;

describe("form-nonce.bound: the attack is to make one up, or to take one from elsewhere", () => {
  const nonce = issueNonce(ring, holder, "refund", subject, NOW);

  it("what was issued names its act", () => {
    expect(readNonce(ring, holder, "refund", nonce, NOW)).toEqual({ subject, isOld: false });
    expect(readNonce(ring, holder, "refund", nonce, NOW + NONCE_SECONDS - 1)).toEqual({ subject, isOld: false });
  });

  it.each([
    ["of another form", holder, "capture"],
    ["of another person", { ...holder, userId: newId("usr") }, "refund"],
    ["of another merchant", { ...holder, merchantId: newId("mer") }, "refund"],
  ] as const)("%s: none", (_, whose, form) => {
    expect(readNonce(ring, whose, form, nonce, NOW)).toBeNull();
  });

  it("one that is older than a used key is remembered still names its act, and is old", () => {
    expect(readNonce(ring, holder, "refund", nonce, NOW + NONCE_SECONDS + 1)).toEqual({ subject, isOld: true });
    // What expires is still remembered for twelve hours: lib/background/sweep-store.ts.
    expect(NONCE_SECONDS).toBeLessThanOrEqual(12 * 3600);
  });

  it("changed anywhere: none", () => {
    for (let place = 0; place < nonce.length; place += 1) {
      const other = nonce[place] === "a" ? "b" : "a";
      const changed = nonce.slice(0, place) + other + nonce.slice(place + 1);
      // The last character of base64url holds two bits that say nothing.
      if (place === nonce.length - 1) continue;
      expect(readNonce(ring, holder, "refund", changed, NOW)).toBeNull();
    }
    for (const odd of ["", ".", "...", nonce.slice(1), `${nonce}.`, `${nonce}\n`, "x".repeat(10_000)]) {
      expect(readNonce(ring, holder, "refund", odd, NOW)).toBeNull();
    }
  });

  it("one of before a rotation is still good, as long as its key is there", () => {
    const newer = { ...key("second"), createdAt: new Date(1) };
    expect(readNonce(createKeyRing([first, newer]), holder, "refund", nonce, NOW)).toMatchObject({ subject });
    expect(readNonce(createKeyRing([newer]), holder, "refund", nonce, NOW)).toBeNull();
  });
});

describe("dashboard-key.apart: the attack is an API client that sends the key of a form", () => {
  it.each(["take_payment", "capture", "void", "refund"] as const)("%s: refused", (form) => {
    const sent = dashboardKey(form, subject);
    expect(() => readIdempotencyKey(sent, "required")).toThrow(/printable ASCII/);
    // As HTTP would carry its bytes.
    expect(() => readIdempotencyKey(Buffer.from(sent).toString("latin1"), "required")).toThrow(/printable ASCII/);
  });

  it("the security code changes nothing, anything else makes another request", () => {
    const scope = { merchantId: holder.merchantId, mode: "test" } as const;
    const of = (body: Record<string, unknown>, path = "/payments/new") =>
      dashboardRequest(ring, scope, "take_payment", "a", { path, body }).fingerprint.toString("hex");
    expect(of({ amount: "1", cvc: "123" })).toBe(of({ cvc: "999", amount: "1" }));
    expect(of({ amount: "1" })).not.toBe(of({ amount: "1.0" }));
    expect(of({ amount: "1" })).not.toBe(of({ amount: "1" }, "/elsewhere"));
  });
});
