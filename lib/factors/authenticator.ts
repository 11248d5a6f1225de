import { Secret } from "otpauth";
import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { matchTotpStep, readTotpCode } from "@/lib/auth/totp";
import { openTotpSecret, otpauthUri, sealTotpSecret } from "@/lib/auth/totp-secret";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError } from "@/lib/errors/app-error";
import { type EnrolmentId, newId, type UserId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { deleteAuthenticator, hasAuthenticator, replaceAuthenticator } from "./authenticator-store";
import { beginEnrolment, endEnrolment, takeEnrolmentTry } from "./enrolment-store";
import { requireFactor } from "./sign-in-policy-store";
import { keepStrongFactor } from "./strong-factor-store";

/** 160 bits (RFC 4226, 4). */
const SECRET_BYTES = 20;

/** What an authenticator app is told: as a link, which is what the QR code holds, and as base32 text to type. */
export type NewAuthenticator = Readonly<{ enrolmentId: EnrolmentId; secret: string; uri: string }>;

export type EnrolOutcome = "enrolled" | "replaced" | "wrong" | "malformed" | "gone";

/** Makes a secret and keeps it sealed for ten minutes. The present authenticator stays until the new one is proved. */
export async function beginAuthenticator(
  tx: Transaction,
  ring: KeyRing,
  session: CurrentSession,
): Promise<NewAuthenticator> {
  const { id: userId, email } = session.user;
  await requireFactor(tx, session.merchant.id, "totp");
  const description = (await hasAuthenticator(tx, userId))
    ? "Replace your authenticator app"
    : "Add an authenticator app to your account";
  await requireStepUp(tx, session, { purpose: "authenticator.set", binds: {}, description });
  const secret = new Secret({ size: SECRET_BYTES }).base32;
  const enrolmentId = newId("enr");
  const sealed = sealTotpSecret(ring, { userId, merchantId: session.merchant.id }, secret);
  await beginEnrolment(tx, { id: enrolmentId, userId, kind: "totp", sealed });
  return { enrolmentId, secret, uri: otpauthUri(email, secret) };
}

/**
 * Takes a code of the new authenticator, and then puts it in place of the one before (ASVS 6.3.4: never none between).
 * The transaction commits also when it refuses, so that the tries are counted. That code is spent.
 */
export async function confirmAuthenticator(
  tx: Transaction,
  context: AuditContext,
  ring: KeyRing,
  session: CurrentSession,
  typed: Readonly<{ enrolmentId: EnrolmentId; code: string }>,
): Promise<EnrolOutcome> {
  const userId = session.user.id;
  const code = readTotpCode(typed.code);
  if (code === null) return "malformed";
  const enrolment = await takeEnrolmentTry(tx, userId, "totp", typed.enrolmentId);
  if (enrolment === null || enrolment.sealed === null) return refuse(tx, context, userId, "gone");
  const secret = openTotpSecret(ring, { userId, merchantId: session.merchant.id }, enrolment.sealed);
  const lastStep = matchTotpStep(secret, code, enrolment.nowSeconds);
  if (lastStep === null) return refuse(tx, context, userId, "wrong");
  await endEnrolment(tx, userId, "totp");
  const replaced = await replaceAuthenticator(tx, { userId, secret: enrolment.sealed, lastStep });
  return replaced ? "replaced" : "enrolled";
}

async function refuse<Reason extends "wrong" | "gone">(
  tx: Transaction,
  context: AuditContext,
  userId: UserId,
  reason: Reason,
): Promise<Reason> {
  await recordAudit(tx, context, {
    action: "authenticator.code_refused",
    outcome: "denied",
    resourceType: "user",
    resourceId: userId,
    details: { reason },
  });
  return reason;
}

/** Throws when there is none, and when it is the last strong factor. */
export async function removeAuthenticator(tx: Transaction, session: CurrentSession): Promise<void> {
  const userId = session.user.id;
  const description = "Remove your authenticator app";
  await requireStepUp(tx, session, { purpose: "authenticator.remove", binds: {}, description });
  if (!(await deleteAuthenticator(tx, userId))) {
    throw new AppError("invalid_state", "There is no authenticator app to remove. Reload the page.");
  }
  await endEnrolment(tx, userId, "totp");
  await keepStrongFactor(tx, userId);
}
