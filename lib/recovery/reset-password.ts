import type { AuditContext } from "@/db/audit-context";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { noteLimited } from "@/lib/auth/note-limited";
import { hashPassword } from "@/lib/auth/password";
import { checkNewPassword } from "@/lib/auth/password-rules";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { setPassword } from "@/lib/auth/set-password";
import { type SignInLimits, takeAddressLimit } from "@/lib/auth/sign-in-limits";
import { consumeEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import type { SessionStore } from "@/lib/sessions/session-store";
import { LinkSpent, linkGone } from "./link-spent";
import type { ProofOutcome, Prove } from "./proof";
import { findPerson, type RecoveringPerson } from "./recovery-store";

export type ResetOutcome =
  | { kind: "done" }
  /** Unknown, used or expired: one answer for all. */
  | { kind: "link_gone" }
  | { kind: "password_refused"; message: string }
  /** The factor: wrong, used before or locked, which read alike; or nothing that could be one. */
  | { kind: "proof_refused" }
  | { kind: "malformed" }
  | { kind: "limited"; retryAfterSeconds: number };

type Dependencies<Proof> = SignInLimits &
  Readonly<{
    sessions: SessionStore;
    appUrl: string;
    prove: Prove<Proof> /** The work that was left out. */;
    afterLocked: (proof: Proof) => Promise<void>;
  }>;

type Input<Proof> = Readonly<{ token: string; password: string; proof: Proof; origin: RequestOrigin }>;

/**
 * Sets a new password for whoever holds an e-mailed link and a strong factor or a recovery code of its user: the link
 * alone does nothing. One transaction, committed also when the factor is refused, so that its tries are counted; the link
 * is spent only when all is right. Every session of the user ends, and they sign in as ever.
 */
export async function resetPassword<Proof>(deps: Dependencies<Proof>, input: Input<Proof>): Promise<ResetOutcome> {
  const { client, limits } = deps;
  const limit = await takeAddressLimit(limits, input.origin);
  const link = await findEmailLink(client.db, input.token, "reset_password");
  const person = link && (await findPerson(client.db, link));
  if (!limit.allowed) {
    await noteLimited(client, { action: "recovery.proof_refused", account: person, origin: input.origin });
    return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  if (!link || !person || person.disabled) {
    await refuseLink(deps, person, input.origin);
    return { kind: "link_gone" };
  }
  const verdict = await checkNewPassword(input.password, person);
  if (!verdict.ok) return { kind: "password_refused", message: verdict.message };
  // Before the transaction, which holds the count of tries.
  const passwordHash = await hashPassword(input.password);
  const context: AuditContext = {
    actor: { type: "user", id: person.userId },
    merchantId: person.merchantId,
    ...input.origin,
  };
  await deps.sessions.reach();
  const seen: { proof: ProofOutcome } = { proof: "wrong" };
  const done = await transact(client, context, async (tx) => {
    const outcome = await deps.prove(tx, context, person, { linkId: link.id, proof: input.proof });
    seen.proof = outcome;
    if (outcome !== "proved") return refuseProof(tx, context, person, outcome);
    return replace(deps, tx, context, { person, passwordHash, token: input.token });
  }).catch(linkGone);
  if (seen.proof === "locked") await deps.afterLocked(input.proof);
  return done;
}

type Replacement = Readonly<{ person: RecoveringPerson; passwordHash: string; token: string }>;

async function replace(
  { sessions, ring, appUrl }: Pick<Dependencies<never>, "sessions" | "ring" | "appUrl">,
  tx: Transaction,
  context: AuditContext,
  { person, passwordHash, token }: Replacement,
): Promise<ResetOutcome> {
  const { userId } = person;
  if ((await consumeEmailLink(tx, token, "reset_password")) === null) throw new LinkSpent();
  if (!(await setPassword(tx, userId, { from: person.passwordHash, to: passwordHash }))) throw new LinkSpent();
  await sessions.endAll(tx, userId, { except: null, reason: "password_changed", endedBy: userId });
  await recordAudit(tx, context, {
    action: "recovery.password_reset",
    outcome: "success",
    resourceType: "user",
    resourceId: userId,
  });
  await notifySecurityChange(tx, ring, person, "password_reset", appUrl);
  return { kind: "done" };
}

async function refuseProof(
  tx: Transaction,
  context: AuditContext,
  { userId }: RecoveringPerson,
  reason: Exclude<ProofOutcome, "proved">,
): Promise<ResetOutcome> {
  const about = { resourceType: "user", resourceId: userId, details: { reason } } as const;
  await recordRepeated(tx, context, { action: "recovery.proof_refused", outcome: "denied", ...about }, userId);
  return { kind: reason === "malformed" ? "malformed" : "proof_refused" };
}

async function refuseLink(
  { client }: Pick<Dependencies<never>, "client">,
  person: RecoveringPerson | null,
  origin: RequestOrigin,
): Promise<void> {
  const context: AuditContext = {
    actor: { type: "system", id: "recovery" },
    merchantId: person?.merchantId ?? null,
    ...origin,
  };
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "recovery.link_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: person?.userId ?? null,
      details: { reason: person === null ? "unknown_used_or_expired" : "user_disabled" },
    }),
  );
}
