import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { AuditContext } from "@/db/audit-context";
import type { Queryable } from "@/db/client";
import type { Transaction } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { toBase64Url } from "@/lib/crypto/base64url";
import { newId, type UserId } from "@/lib/ids/id";
import { challengeOf, type EnrolmentAnswer, enrolmentAnswer } from "./answers";
import { freshChallenge } from "./begin-assertion";
import { consumeCeremony, insertCeremony } from "./ceremony-store";
import { defaultPasskeyName } from "./passkey-name";
import { credentialHints, insertPasskey, lockAndCount } from "./passkey-store";
import { CEREMONY_SECONDS, relyingParty, userHandle } from "./relying-party";
import { type VerificationFailure, verificationFailure } from "./verification-failure";

/** What a browser hands to an authenticator. It holds no secret. */
export type EnrolmentOptions = PublicKeyCredentialCreationOptionsJSON;

export const PASSKEYS_MAX = 20;

/** ES256, EdDSA, RS256: what every authenticator has one of, and every server of ours can check. */
const ALGORITHMS = [-7, -8, -257];

type Person = Readonly<{ id: UserId; email: string; name: string }>;

/**
 * Asks for a new passkey of this user: one that can sign in by itself, behind a fingerprint, a face or a PIN. Whether they
 * may add one is for the caller to decide; `subject` is what let them in, and has to be the same when the answer comes.
 */
export async function beginPasskeyEnrolment(
  db: Queryable,
  appUrl: string,
  person: Person,
  subject: string,
): Promise<EnrolmentOptions> {
  const { id: rpID, name: rpName } = relyingParty(appUrl);
  const challenge = freshChallenge();
  await insertCeremony(db, challenge, { purpose: "enrol", userId: person.id, subject });
  return generateRegistrationOptions({
    rpName,
    rpID,
    userID: userHandle(person.id),
    userName: person.email,
    userDisplayName: person.name,
    challenge,
    timeout: CEREMONY_SECONDS * 1000,
    // Who made an authenticator decides nothing here, and asking would tell us more about people than we need.
    attestationType: "none",
    excludeCredentials: await credentialHints(db, person.id),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

export type EnrolPasskeyOutcome =
  | Readonly<{ kind: "enrolled"; name: string }>
  /** Used, expired, or made for something else: begin again. */
  | Readonly<{ kind: "gone" }>
  | Readonly<{ kind: "refused" }>
  /** This very credential is enrolled, here or with another account. */
  | Readonly<{ kind: "known" }>
  | Readonly<{ kind: "too_many" }>;

type Enrolment = Readonly<{ person: Person; subject: string; name: string | null; answer: unknown }>;

/**
 * Checks what an authenticator made (WebAuthn 7.1) and keeps it. The challenge is used up either way, so the transaction
 * commits also when it refuses, with the reason in the audit trail. `name` is a `passkeyName`, null for one of ours.
 */
export async function finishPasskeyEnrolment(
  tx: Transaction,
  { context, appUrl }: Readonly<{ context: AuditContext; appUrl: string }>,
  { person, subject, name, answer }: Enrolment,
): Promise<EnrolPasskeyOutcome> {
  const refuse = async <Kind extends Exclude<EnrolPasskeyOutcome["kind"], "enrolled">>(kind: Kind, reason: string) => {
    const details = { reason };
    const entry = {
      action: "passkey.enrolment_refused",
      resourceType: "user",
      resourceId: person.id,
      details,
    } as const;
    await recordRepeated(tx, context, { ...entry, outcome: "denied" }, person.id);
    return { kind } as const;
  };
  const parsed = enrolmentAnswer.safeParse(answer);
  const challenge = parsed.success ? challengeOf(parsed.data.response.clientDataJSON) : null;
  if (!parsed.success || challenge === null) return refuse("refused", "malformed");
  const consumed = await consumeCeremony(tx, challenge, { purpose: "enrol", userId: person.id, subject });
  if (consumed !== "own") return refuse("gone", `challenge_${consumed}`);
  const made = await verify(appUrl, challenge, parsed.data);
  if (made.kind === "refused") return refuse("refused", made.reason);
  if ((await lockAndCount(tx, person.id)) >= PASSKEYS_MAX) return refuse("too_many", "too_many");
  const { transports = [] } = parsed.data.response;
  const given = name ?? defaultPasskeyName({ ...made, transports, userAgent: context.userAgent });
  const { credentialId, publicKey, counter, aaguid, backedUp } = made;
  const passkey = { id: newId("psk"), userId: person.id, name: given, transports };
  const inserted = await insertPasskey(tx, { ...passkey, credentialId, publicKey, counter, aaguid, backedUp });
  return inserted ? { kind: "enrolled", name: given } : refuse("known", "credential_known");
}

type Made = Readonly<{
  kind: "made";
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  aaguid: string;
  backedUp: boolean;
}>;

async function verify(
  appUrl: string,
  challenge: Buffer,
  { id, rawId, type, clientExtensionResults, response }: EnrolmentAnswer,
): Promise<Made | Readonly<{ kind: "refused"; reason: VerificationFailure }>> {
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(appUrl);
  const { clientDataJSON, attestationObject } = response;
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId, type, clientExtensionResults, response: { clientDataJSON, attestationObject } },
      expectedChallenge: toBase64Url(challenge),
      expectedOrigin,
      expectedRPID,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    // What the authenticator signed over counts, and not the id that stands beside it.
    if (registrationInfo === undefined || registrationInfo.credential.id !== id) {
      return { kind: "refused", reason: "answer_invalid" };
    }
    const { credential, aaguid, credentialBackedUp: backedUp } = registrationInfo;
    const { publicKey, counter } = credential;
    return { kind: "made", credentialId: id, publicKey: Buffer.from(publicKey), counter, aaguid, backedUp };
  } catch (error) {
    return { kind: "refused", reason: verificationFailure(error) };
  }
}
