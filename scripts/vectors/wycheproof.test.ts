import { describe, expect, it } from "vitest";
import { madeAesGcm, madeHmac } from "./made-vectors";
import { aesGcmVectors, hmacVectors, runAesGcm, runHmac } from "./wycheproof";

/** McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14. */
const GCM = {
  key: "00".repeat(32),
  iv: "00".repeat(12),
  aad: "",
  msg: "00".repeat(16),
  ct: "cea7403d4d606b6e074ec5d3baf39d18",
  tag: "d0d1c8a799996bf0265b98b5d48ab919",
};
const gcm = (...tests: (Partial<typeof GCM> & { result: string })[]) =>
  runAesGcm(
    aesGcmVectors.parse({
      testGroups: [
        { keySize: 256, ivSize: 96, tagSize: 128, tests: tests.map((test, tcId) => ({ tcId, ...GCM, ...test })) },
      ],
    }),
  );

/** RFC 4231, test case 1. */
const MAC = {
  key: "0b".repeat(20),
  msg: Buffer.from("Hi There").toString("hex"),
  tag: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
};
const mac = (tagSize: number, ...tests: (Partial<typeof MAC> & { result: string })[]) =>
  runHmac(
    hmacVectors.parse({ testGroups: [{ tagSize, tests: tests.map((test, tcId) => ({ tcId, ...MAC, ...test })) }] }),
  );

describe("the runner of vectors", () => {
  it("counts what comes out as it should", () => {
    const flipped = { tag: GCM.tag.replace("d0", "d1"), result: "invalid" };
    expect(gcm({ result: "valid" }, flipped, { iv: "00", result: "valid" }, { key: "00", result: "valid" })).toEqual({
      ...{ valid: 1, invalid: 1, other: 2, failed: [] },
    });
    const cut = { tag: MAC.tag.slice(0, 32), result: "valid" };
    expect(mac(128, cut, { tag: MAC.tag.slice(2, 34), result: "invalid" })).toEqual({
      ...{ valid: 1, invalid: 1, other: 0, failed: [] },
    });
  });

  it("names what does not: it is able to fail", () => {
    expect(gcm({ result: "invalid" }, { tag: "00".repeat(16), result: "valid" }).failed).toEqual([0, 1]);
    expect(gcm({ msg: "01".repeat(16), result: "valid" }).failed).toEqual([0]);
    expect(mac(256, { result: "invalid" }, { msg: "", result: "valid" }).failed).toEqual([0, 1]);
  });
});

describe("vectors of Wycheproof's kind, through the functions that seal cards and sign", () => {
  it("AES-256-GCM: every size, every bit of key, IV, text, tag and associated data, cut and forged tags, odd keys and IVs", () => {
    const { failed, valid, invalid, other } = runAesGcm(aesGcmVectors.parse(madeAesGcm()));
    expect(failed).toEqual([]);
    expect([valid, other]).toEqual([42, 9]);
    expect(invalid).toBeGreaterThan(1000);
  });

  it("HMAC-SHA-256: keys on both sides of the block, empty and long texts, every bit, cut and forged tags", () => {
    const { failed, valid, invalid, other } = runHmac(hmacVectors.parse(madeHmac()));
    expect(failed).toEqual([]);
    expect([valid, other]).toEqual([80, 0]);
    expect(invalid).toBeGreaterThan(700);
  });
});
