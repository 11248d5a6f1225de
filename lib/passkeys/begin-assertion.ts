import { randomBytes } from "node:crypto";
import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import type { Queryable } from "@/db/client";
import type { UserId } from "@/lib/ids/id";
import { insertCeremony, type ProofPurpose } from "./ceremony-store";
import { credentialHints } from "./passkey-store";
import { CEREMONY_SECONDS, relyingParty } from "./relying-party";

export type { ProofPurpose };
/** What a browser hands to an authenticator. It holds no secret. */
export type AssertionOptions = PublicKeyCredentialRequestOptionsJSON;

/** 256 bits (WebAuthn 13.4.3 asks for 128). */
const CHALLENGE_BYTES = 32;

/**
 * Asks a known user for one of their passkeys, for one thing: `subject` is the id of the sign-in challenge, the step-up or
 * the link, and the answer counts for that alone. Answer with `provePasskey`, within five minutes.
 */
export async function beginPasskeyAssertion(
  db: Queryable,
  appUrl: string,
  { purpose, userId, subject }: Readonly<{ purpose: ProofPurpose; userId: UserId; subject: string }>,
): Promise<AssertionOptions> {
  const challenge = freshChallenge();
  await insertCeremony(db, challenge, { purpose, userId, subject });
  return assertionOptions(appUrl, challenge, await credentialHints(db, userId));
}

/** Asks whoever is there for any passkey of ours: the authenticator says whose it is. */
export async function beginPasskeySignIn(db: Queryable, appUrl: string): Promise<AssertionOptions> {
  const challenge = freshChallenge();
  await insertCeremony(db, challenge, { purpose: "sign_in", userId: null, subject: null });
  return assertionOptions(appUrl, challenge, []);
}

export function freshChallenge(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(CHALLENGE_BYTES));
}

function assertionOptions(
  appUrl: string,
  challenge: Uint8Array<ArrayBuffer>,
  allowCredentials: { id: string; transports: string[] }[],
): Promise<AssertionOptions> {
  return generateAuthenticationOptions({
    rpID: relyingParty(appUrl).id,
    challenge,
    allowCredentials,
    timeout: CEREMONY_SECONDS * 1000,
    userVerification: "required",
  });
}
