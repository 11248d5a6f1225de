import { z } from "zod";
import { fromBase64Url } from "@/lib/crypto/base64url";

/** Base64url of so many bytes at most, in its one spelling. */
function bytes(max: number) {
  return z
    .string()
    .min(1)
    .max(Math.ceil((max * 4) / 3))
    .refine((text) => fromBase64Url(text) !== null, "This is not base64url.");
}

/** WebAuthn 4: a credential id has 1,023 bytes at most. */
const credentialId = bytes(1023);

const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional(),
  /** What extensions say is not asked for, and not looked at. */
  clientExtensionResults: z.looseObject({}),
};

/** What a browser answers when it was asked to sign a challenge. */
export const assertionAnswer = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes(4096),
    authenticatorData: bytes(4096),
    signature: bytes(2048),
    userHandle: bytes(64).optional(),
  }),
});

/** What a browser answers when it was asked for a new credential. */
export const enrolmentAnswer = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes(4096),
    attestationObject: bytes(16_384),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(10)
      .optional(),
    // A browser's own reading of the attestation object. Ours counts.
    authenticatorData: z.string().max(20_000).optional(),
    publicKeyAlgorithm: z.number().optional(),
    publicKey: z.string().max(20_000).optional(),
  }),
});

export type AssertionAnswer = z.output<typeof assertionAnswer>;
export type EnrolmentAnswer = z.output<typeof enrolmentAnswer>;

/** A form's field, as the value it stands for; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const clientData = z.looseObject({
  challenge: z.string().transform((text) => fromBase64Url(text)),
  crossOrigin: z.boolean().optional(),
});

/** The challenge that an answer claims to be for; null for one that was never ours, or was signed inside another's page. */
export function challengeOf(clientDataJSON: string): Buffer | null {
  const parsed = clientData.safeParse(parseJson(Buffer.from(clientDataJSON, "base64url").toString("utf8")));
  if (!parsed.success || parsed.data.crossOrigin === true) return null;
  return parsed.data.challenge;
}
