import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError } from "@/lib/errors/app-error";
import { changeFactors } from "@/lib/factors/change-factors";
import type { Limits } from "@/lib/rate-limit/limits";
import type { CurrentSession, SessionStore } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { hashPassword, verifyPassword } from "./password";
import { checkNewPassword } from "./password-rules";
import { setPassword } from "./set-password";
import { takeOwnPasswordLimit } from "./sign-in-limits";
import { tooManyTries } from "./sign-in-messages";
import { findPasswordHash } from "./user-store";

type Dependencies = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  limits: Limits;
  sessions: SessionStore;
  appUrl: string;
}>;

export type ChangeInput = Readonly<{
  session: CurrentSession;
  context: AuditContext;
  current: string;
  next: string;
}>;

/** `token` is this session's new one. */
export type ChangeOutcome =
  | { kind: "changed"; endedSessions: number; token: string }
  | { kind: "refused"; message: string };

/**
 * Changes one's own password: the present one, a good new one and a step-up (ASVS 6.2.3). All other sessions end. The
 * present password's tries are limited by the session: nobody keeps somebody from changing it, neither from outside nor with
 * another session of theirs.
 * Throws StepUpRequired once both passwords are in order, so that nobody proves who they are for a change that then fails.
 */
export async function changePassword(deps: Dependencies, change: ChangeInput): Promise<ChangeOutcome> {
  const { client, limits, sessions } = deps;
  const { session, current, next } = change;
  const { user, merchant, sessionId } = session;
  const verdict = await checkNewPassword(next, { email: user.email, name: user.name, merchantName: merchant.name });
  if (!verdict.ok) return refuse(verdict.message);
  const limit = await takeOwnPasswordLimit(limits, sessionId);
  if (!limit.allowed) {
    await recordRefusal(deps, change, "rate_limited");
    return refuse(tooManyTries(limit.retryAfterSeconds));
  }
  const from = await findPasswordHash(client.db, user.id);
  if (from === null || !(await verifyPassword(from, current))) {
    await recordRefusal(deps, change, "wrong_password");
    return refuse("Your current password is not right.");
  }
  if (current.normalize("NFKC") === next.normalize("NFKC"))
    return refuse("Choose a password that is not the current one.");
  const to = await hashPassword(next);
  const { answer, token } = await changeFactors(deps, change, async (tx) => {
    const description = "Change your password and sign out everywhere else";
    await requireStepUp(tx, session, { purpose: "password.change", binds: {}, description });
    if (!(await setPassword(tx, user.id, { from, to }))) {
      throw new AppError("invalid_state", "Your password was changed somewhere else just now. Reload the page.");
    }
    const endedSessions = await sessions.endAll(tx, user.id, {
      except: sessionId,
      reason: "password_changed",
      endedBy: user.id,
    });
    return { answer: endedSessions, told: "password_changed" };
  });
  if (token === null) throw new Error("a changed password left its session with the old token");
  return { kind: "changed", endedSessions: answer, token };
}

function refuse(message: string): ChangeOutcome {
  return { kind: "refused", message };
}

function recordRefusal(
  { client }: Dependencies,
  { context, session }: ChangeInput,
  reason: "wrong_password" | "rate_limited",
): Promise<void> {
  const about = { resourceType: "user", resourceId: session.user.id, details: { reason } } as const;
  const refused = { action: "password.change_refused", outcome: "denied", ...about } as const;
  return transact(client, context, (tx) => recordRepeated(tx, context, refused, session.sessionId));
}
