import { Secret } from "otpauth";
import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { matchTotpStep, readTotpCode } from "@/lib/auth/totp";
import { openTotpSecret, otpauthUri, sealTotpSecret } from "@/lib/auth/totp-secret";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type EnrolmentId, type MerchantId, newId, type UserId } from "@/lib/ids/id";
import { replaceAuthenticator } from "./authenticator-store";
import { beginEnrolment, endEnrolment, takeEnrolmentTry } from "./enrolment-store";

/** 160 bits (RFC 4226, 4). */
const SECRET_BYTES = 20;

/** Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** Whose authenticator it is to be. The callers see to it that they may. */
type Person = Readonly<{ userId: UserId; merchantId: MerchantId; email: string }>;

/** What an authenticator app is told: as a link, which is what the QR code holds, and as base32 text to type. */
export type NewAuthenticator = Readonly<{ enrolmentId: EnrolmentId; secret: string; uri: string }>;

export type EnrolOutcome = "enrolled" | "replaced" | "wrong" | "malformed" | "gone";

/** Makes a secret and keeps it sealed for ten minutes. A present authenticator stays until the new one is proved. */
export async function beginAuthenticatorEnrolment(
  tx: Transaction,
  ring: KeyRing,
  person: Person,
): Promise<NewAuthenticator> {
  const secret = newTotpSecret();
  const enrolmentId = newId("enr");
  const sealed = sealTotpSecret(ring, person, secret);
  await beginEnrolment(tx, { id: enrolmentId, userId: person.userId, kind: "totp", sealed });
  return { enrolmentId, secret, uri: otpauthUri(person.email, secret) };
}

/**
 * Takes a code of the new authenticator, and then puts it in place of the one before (ASVS 6.3.4: never none between).
 * The transaction commits also when it refuses, so that the tries are counted. That code is spent.
 */
export async function confirmAuthenticatorEnrolment(
  tx: Transaction,
  context: AuditContext,
  ring: KeyRing,
  person: Person,
  typed: Readonly<{ enrolmentId: EnrolmentId; code: string }>,
): Promise<EnrolOutcome> {
  const { userId } = person;
  const code = readTotpCode(typed.code);
  if (code === null) return refuse(tx, context, userId, "malformed");
  const enrolment = await takeEnrolmentTry(tx, userId, "totp", typed.enrolmentId);
  if (enrolment === null || enrolment.sealed === null) return refuse(tx, context, userId, "gone");
  const secret = openTotpSecret(ring, person, enrolment.sealed);
  const lastStep = matchTotpStep(secret, code, enrolment.nowSeconds);
  if (lastStep === null) return refuse(tx, context, userId, "wrong");
  await endEnrolment(tx, userId, "totp");
  const replaced = await replaceAuthenticator(tx, { userId, secret: enrolment.sealed, lastStep });
  return replaced ? "replaced" : "enrolled";
}

async function refuse<Reason extends "wrong" | "gone" | "malformed">(
  tx: Transaction,
  context: AuditContext,
  userId: UserId,
  reason: Reason,
): Promise<Reason> {
  const refusal = {
    action: "authenticator.code_refused",
    outcome: "denied",
    resourceType: "user",
    resourceId: userId,
    details: { reason },
  } as const;
  await recordRepeated(tx, context, refusal, userId);
  return reason;
}
