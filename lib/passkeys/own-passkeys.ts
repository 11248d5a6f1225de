import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import { requireFactor } from "@/lib/factors/sign-in-policy-store";
import { keepStrongFactor } from "@/lib/factors/strong-factor-store";
import type { PasskeyId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import {
  beginPasskeyEnrolment,
  type EnrolmentOptions,
  type EnrolPasskeyOutcome,
  finishPasskeyEnrolment,
  PASSKEYS_MAX,
} from "./enrol-passkey";
import { deletePasskey, findPasskeyName, lockAndCount, renamePasskey } from "./passkey-store";

export const NO_SUCH_PASSKEY = "There is no such passkey any more. Reload the page.";
export const TOO_MANY_PASSKEYS = `You have ${PASSKEYS_MAX} passkeys. Remove one first.`;

/** The first half of adding a passkey, which takes a fresh proof: only this session can bring the answer, within 5 minutes. */
export async function beginOwnPasskey(
  tx: Transaction,
  appUrl: string,
  session: CurrentSession,
): Promise<EnrolmentOptions> {
  await requireFactor(tx, session.merchant.id, "passkey");
  if ((await lockAndCount(tx, session.user.id)) >= PASSKEYS_MAX) {
    throw new AppError("invalid_state", TOO_MANY_PASSKEYS);
  }
  const description = "Add a passkey to your account";
  await requireStepUp(tx, session, { purpose: "passkey.add", binds: {}, description });
  return beginPasskeyEnrolment(tx, appUrl, session.user, session.sessionId);
}

export async function finishOwnPasskey(
  tx: Transaction,
  deps: Readonly<{ context: AuditContext; appUrl: string }>,
  session: CurrentSession,
  { name, answer }: Readonly<{ name: string | null; answer: unknown }>,
): Promise<EnrolPasskeyOutcome> {
  await requireFactor(tx, session.merchant.id, "passkey");
  return finishPasskeyEnrolment(tx, deps, { person: session.user, subject: session.sessionId, name, answer });
}

/** Throws when the person has no such passkey. */
export async function renameOwnPasskey(
  tx: Transaction,
  session: CurrentSession,
  { id, name }: Readonly<{ id: PasskeyId; name: string }>,
): Promise<void> {
  if (!(await renamePasskey(tx, session.user.id, id, name))) throw new AppError("invalid_state", NO_SUCH_PASSKEY);
}

/**
 * Takes a fresh proof for this very passkey. Throws when there is none, and when it is the last strong factor. Answers
 * the name that it had.
 */
export async function removeOwnPasskey(tx: Transaction, session: CurrentSession, id: PasskeyId): Promise<string> {
  const userId = session.user.id;
  const name = await findPasskeyName(tx, userId, id);
  if (name === null) throw new AppError("invalid_state", NO_SUCH_PASSKEY);
  const description = `Remove the passkey “${name}”`;
  await requireStepUp(tx, session, { purpose: "passkey.remove", binds: { passkey: id }, description });
  if (!(await deletePasskey(tx, userId, id))) throw new AppError("invalid_state", NO_SUCH_PASSKEY);
  await keepStrongFactor(tx, userId);
  return name;
}
