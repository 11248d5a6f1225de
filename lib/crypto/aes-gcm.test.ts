import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aesGcmDecrypt, aesGcmEncrypt } from "./aes-gcm";
import { DecryptionError } from "./crypto-errors";

const hex = (text: string) => Buffer.from(text, "hex");

/** McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, as submitted to NIST: the 256-bit cases with 96-bit IVs. */
const LONG = {
  key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
  iv: "cafebabefacedbaddecaf888",
  plaintext:
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
  ciphertext:
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
};
const ZERO = { key: "00".repeat(32), iv: "00".repeat(12) };
const VECTORS = [
  { name: "13", ...ZERO, plaintext: "", aad: "", ciphertext: "", tag: "530f8afbc74536b9a963b4f1c4cb738b" },
  {
    name: "14",
    ...ZERO,
    plaintext: "00".repeat(16),
    aad: "",
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  { name: "15", ...LONG, aad: "", tag: "b094dac5d93471bdec1a502270e3cc6c" },
  {
    name: "16",
    ...LONG,
    plaintext: LONG.plaintext.slice(0, 120),
    aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ciphertext: LONG.ciphertext.slice(0, 120),
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
];

describe("aes-gcm.known-answers", () => {
  it.each(VECTORS)("test case $name", ({ key, iv, plaintext, aad, ciphertext, tag }) => {
    const common = { key: hex(key), iv: hex(iv), aad: hex(aad) };
    const sealed = aesGcmEncrypt({ ...common, plaintext: hex(plaintext) });
    expect(sealed.ciphertext.toString("hex")).toBe(ciphertext);
    expect(sealed.tag.toString("hex")).toBe(tag);
    expect(aesGcmDecrypt({ ...common, ...sealed }).toString("hex")).toBe(plaintext);
  });
});

describe("aes-gcm.one-size", () => {
  const key = hex(LONG.key);
  const iv = hex(LONG.iv);
  const aad = Buffer.from("place");
  const plaintext = Buffer.from("4242424242424242");

  // Attack: a forger who may choose a short tag needs 2^(bits of the tag) tries at most. 96 bits are legal GCM.
  it.each([0, 4, 8, 12, 13, 14, 15, 17])("refuses a tag of %i bytes, although its bytes are right", (length) => {
    const { ciphertext, tag } = aesGcmEncrypt({ key, iv, plaintext, aad });
    const cut = Buffer.concat([tag, Buffer.alloc(1)]).subarray(0, length);
    expect(() => aesGcmDecrypt({ key, iv, ciphertext, tag: cut, aad })).toThrow(DecryptionError);
  });

  it("refuses a value that was really made with a 96-bit tag", () => {
    const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: 12 });
    cipher.setAAD(aad);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    expect(() => aesGcmDecrypt({ key, iv, ciphertext, tag: cipher.getAuthTag(), aad })).toThrow(DecryptionError);
  });

  it.each([0, 8, 11, 13, 16])("refuses an IV of %i bytes", (length) => {
    const odd = Buffer.alloc(length, 7);
    expect(() => aesGcmEncrypt({ key, iv: odd, plaintext, aad })).toThrow(RangeError);
    const cipher = length === 0 ? null : createCipheriv("aes-256-gcm", key, odd, { authTagLength: 16 });
    cipher?.setAAD(aad);
    const ciphertext = cipher ? Buffer.concat([cipher.update(plaintext), cipher.final()]) : plaintext;
    const tag = cipher?.getAuthTag() ?? Buffer.alloc(16);
    expect(() => aesGcmDecrypt({ key, iv: odd, ciphertext, tag, aad })).toThrow(DecryptionError);
  });

  it.each([16, 24, 31, 33])("refuses a key of %i bytes", (length) => {
    const odd = Buffer.alloc(length, 7);
    expect(() => aesGcmEncrypt({ key: odd, iv, plaintext, aad })).toThrow(RangeError);
    expect(() => aesGcmDecrypt({ key: odd, iv, ciphertext: plaintext, tag: Buffer.alloc(16), aad })).toThrow(
      RangeError,
    );
  });
});
