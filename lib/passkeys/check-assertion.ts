import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { Transaction } from "@/db/transact";
import { toBase64Url } from "@/lib/crypto/base64url";
import type { MerchantId, PasskeyId, UserId } from "@/lib/ids/id";
import { type AssertionAnswer, assertionAnswer, challengeOf } from "./answers";
import { type Ceremony, consumeCeremony } from "./ceremony-store";
import { type Credential, countUse, lockCredential, lockHolder } from "./passkey-store";
import { relyingParty, userHandle } from "./relying-party";
import { type VerificationFailure, verificationFailure } from "./verification-failure";

/** Why an answer was refused: for the audit trail, never for whoever sent it. */
export type AssertionRefusal =
  | "malformed"
  | "challenge_unknown"
  | "challenge_expired"
  | "challenge_of_other"
  | "credential_unknown"
  | "credential_of_other"
  | "user_handle_of_other"
  | "user_disabled"
  | "factors_reset"
  | "passkeys_not_allowed"
  | "counter_not_grown"
  | VerificationFailure;

export type CheckedAssertion =
  | Readonly<{ kind: "proved"; userId: UserId; merchantId: MerchantId; passkeyId: PasskeyId }>
  | Readonly<{ kind: "refused"; reason: AssertionRefusal }>;

/**
 * Checks an authenticator's answer (WebAuthn 7.2) and uses its challenge up, whatever comes of it: call it in the
 * transaction that acts, and commit that also when it refuses. It locks challenge, credential and user, in this order.
 */
export async function checkAssertion(
  tx: Transaction,
  appUrl: string,
  ceremony: Ceremony,
  answer: unknown,
): Promise<CheckedAssertion> {
  const refused = (reason: AssertionRefusal) => ({ kind: "refused", reason }) as const;
  const parsed = assertionAnswer.safeParse(answer);
  const challenge = parsed.success ? challengeOf(parsed.data.response.clientDataJSON) : null;
  if (!parsed.success || challenge === null) return refused("malformed");

  const consumed = await consumeCeremony(tx, challenge, ceremony);
  if (consumed !== "own") return refused(`challenge_${consumed}`);
  const credential = await lockCredential(tx, parsed.data.id);
  const holder = credential && (await lockHolder(tx, credential.userId));
  if (!credential || !holder) return refused("credential_unknown");
  if (ceremony.userId !== null && ceremony.userId !== credential.userId) return refused("credential_of_other");
  if (!namesItsUser(parsed.data, credential, ceremony)) return refused("user_handle_of_other");
  if (holder.disabled) return refused("user_disabled");
  if (holder.factorsReset) return refused("factors_reset");
  if (!holder.passkeysAllowed) return refused("passkeys_not_allowed");

  const verified = await verify(appUrl, challenge, credential, parsed.data);
  if (verified.kind === "refused") return verified;
  if (!(await countUse(tx, credential.id, verified))) return refused("counter_not_grown");
  return { kind: "proved", userId: credential.userId, merchantId: holder.merchantId, passkeyId: credential.id };
}

/** WebAuthn 7.2, step 6: whoever was not known before must be named by the authenticator, anybody else may be. */
function namesItsUser({ response }: AssertionAnswer, { userId }: Credential, { purpose }: Ceremony): boolean {
  if (response.userHandle === undefined) return purpose !== "sign_in";
  return response.userHandle === toBase64Url(userHandle(userId));
}

async function verify(appUrl: string, challenge: Buffer, credential: Credential, answer: AssertionAnswer) {
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(appUrl);
  const { id, rawId, type, clientExtensionResults } = answer;
  const { clientDataJSON, authenticatorData, signature } = answer.response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        clientExtensionResults,
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: toBase64Url(challenge),
      expectedOrigin,
      expectedRPID,
      // Its counter is compared by the database, where two answers at once cannot both find the old one.
      credential: { id, publicKey: credential.publicKey, counter: 0 },
      requireUserVerification: true,
    });
    if (!verified) return { kind: "refused", reason: "signature_wrong" } as const;
    const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo;
    return { kind: "verified", counter, backedUp } as const;
  } catch (error) {
    return { kind: "refused", reason: verificationFailure(error) } as const;
  }
}
