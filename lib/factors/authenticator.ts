import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError } from "@/lib/errors/app-error";
import type { EnrolmentId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import {
  beginAuthenticatorEnrolment,
  confirmAuthenticatorEnrolment,
  type EnrolOutcome,
  type NewAuthenticator,
} from "./authenticator-enrolment";
import { deleteAuthenticator, hasAuthenticator } from "./authenticator-store";
import { endEnrolment } from "./enrolment-store";
import { requireFactor } from "./sign-in-policy-store";
import { keepStrongFactor } from "./strong-factor-store";

/** Begins to enrol one's own authenticator, or its successor. Throws when the merchant forbids it, and for a step-up. */
export async function beginAuthenticator(
  tx: Transaction,
  ring: KeyRing,
  session: CurrentSession,
): Promise<NewAuthenticator> {
  await requireFactor(tx, session.merchant.id, "totp");
  const description = (await hasAuthenticator(tx, session.user.id))
    ? "Replace your authenticator app"
    : "Add an authenticator app to your account";
  await requireStepUp(tx, session, { purpose: "authenticator.set", binds: {}, description });
  return beginAuthenticatorEnrolment(tx, ring, personOf(session));
}

/**
 * Takes a code of the new authenticator, and then puts it in place of the one before. Commit it also when it refuses. Throws
 * when the merchant has come to forbid it since it was begun.
 */
export async function confirmAuthenticator(
  tx: Transaction,
  context: AuditContext,
  ring: KeyRing,
  session: CurrentSession,
  typed: Readonly<{ enrolmentId: EnrolmentId; code: string }>,
): Promise<EnrolOutcome> {
  await requireFactor(tx, session.merchant.id, "totp");
  return confirmAuthenticatorEnrolment(tx, context, ring, personOf(session), typed);
}

function personOf({ user, merchant }: CurrentSession) {
  return { userId: user.id, merchantId: merchant.id, email: user.email };
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
