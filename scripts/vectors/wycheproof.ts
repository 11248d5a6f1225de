import { z } from "zod";
import { aesGcmDecrypt, aesGcmEncrypt, IV_BYTES, KEY_BYTES } from "@/lib/crypto/aes-gcm";
import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { DecryptionError } from "@/lib/crypto/crypto-errors";
import { hmacSha256 } from "@/lib/crypto/mac";

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Buffer.from(text, "hex"));
const result = z.enum(["valid", "invalid", "acceptable"]);

/** testvectors_v1/aes_gcm_test.json, sizes in bits. */
export const aesGcmVectors = z.object({
  testGroups: z.array(
    z.object({
      keySize: z.number(),
      ivSize: z.number(),
      tagSize: z.number(),
      tests: z.array(z.object({ tcId: z.number(), key: hex, iv: hex, aad: hex, msg: hex, ct: hex, tag: hex, result })),
    }),
  ),
});

/** testvectors_v1/hmac_sha256_test.json. */
export const hmacVectors = z.object({
  testGroups: z.array(
    z.object({
      tagSize: z.number(),
      tests: z.array(z.object({ tcId: z.number(), key: hex, msg: hex, tag: hex, result })),
    }),
  ),
});

/** `other`: a key, an IV or a tag of a length that the product refuses, and did refuse. `failed` names the vectors. */
export type Tally = Readonly<{ valid: number; invalid: number; other: number; failed: readonly number[] }>;

type Verdict = "valid" | "invalid" | "other" | "failed";

/** Runs vectors through the functions that cards are sealed and opened with. */
export function runAesGcm({ testGroups }: z.infer<typeof aesGcmVectors>): Tally {
  return tally(testGroups.flatMap(({ tests }) => tests.map((test) => [test.tcId, aesGcmVerdict(test)] as const)));
}

type AesGcmTest = z.infer<typeof aesGcmVectors>["testGroups"][number]["tests"][number];

function aesGcmVerdict({ key, iv, aad, msg, ct, tag, result }: AesGcmTest): Verdict {
  const opened = attempt(() => aesGcmDecrypt({ key, iv, ciphertext: ct, tag, aad }));
  if (key.length !== KEY_BYTES || iv.length !== IV_BYTES) return opened === null ? "other" : "failed";
  if (result === "invalid") return opened === null ? "invalid" : "failed";
  const made = aesGcmEncrypt({ key, iv, plaintext: msg, aad });
  const isRight = opened?.equals(msg) && made.ciphertext.equals(ct) && made.tag.equals(tag);
  return isRight ? "valid" : "failed";
}

/** Runs vectors through the function that fingerprints, blind indexes and signatures are made with. A cut tag is compared cut. */
export function runHmac({ testGroups }: z.infer<typeof hmacVectors>): Tally {
  const verdicts = testGroups.flatMap(({ tagSize, tests }) =>
    tests.map(({ tcId, key, msg, tag, result }) => {
      const isEqual = constantTimeEqual(hmacSha256(key, msg).subarray(0, tagSize / 8), tag);
      return [tcId, isEqual === (result !== "invalid") ? result : "failed"] as const;
    }),
  );
  return tally(verdicts.map(([id, verdict]) => [id, verdict === "acceptable" ? "valid" : verdict] as const));
}

/** Null when it was refused as what is not authentic, or as a key or IV that is no input of ours. */
function attempt(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof DecryptionError || error instanceof RangeError) return null;
    throw error;
  }
}

function tally(verdicts: readonly (readonly [number, Verdict])[]): Tally {
  const count = (wanted: Verdict) => verdicts.filter(([, verdict]) => verdict === wanted).length;
  const failed = verdicts.filter(([, verdict]) => verdict === "failed").map(([id]) => id);
  return { valid: count("valid"), invalid: count("invalid"), other: count("other"), failed };
}
