import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createEmailLink } from "@/lib/email-links/email-links";
import { AppError } from "@/lib/errors/app-error";
import type { UserId } from "@/lib/ids/id";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { mailFactorsLink, RESET_FACTORS_TTL_SECONDS } from "@/lib/recovery/recovery-mails";
import type { CurrentSession, SessionStore } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { lockMember, type Member, otherOwners, removeEveryFactor } from "./member-store";

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; sessions: SessionStore; appUrl: string }>;

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** Old news is no warning. */
const NOTICE_TTL_SECONDS = 3 * 24 * 3600;

/** Whether the one may reset the other: nobody themself, and an admin no owner. */
export function mayReset(who: CurrentSession["user"], member: Pick<Member, "userId" | "role">): boolean {
  return member.userId !== who.id && (who.role === "owner" || member.role !== "owner");
}

/**
 * For somebody who has lost every factor: takes all of them away, ends their sessions, and e-mails a link with which they
 * enrol a new one, with their password. Until then nobody signs in as them. The caller's role has been asked for; here it
 * is about whom. Throws AppError, and StepUpRequired without a fresh proof for exactly this member.
 */
export async function resetMemberFactors(
  deps: Dependencies,
  { session, context }: Call,
  memberId: UserId,
): Promise<void> {
  const refused = await transact(deps.client, context, async (tx) => {
    const member = await lockMember(tx, session.merchant.id, memberId);
    if (member === null) {
      await noteRefusal(tx, context, memberId, "not_in_team");
      return new AppError("not_found", "There is no such person in your team. Reload the page.");
    }
    if (!mayReset(session.user, member)) return refuse(tx, context, session, member);
    if (member.disabled) throw new AppError("invalid_state", "This person’s account is disabled.");
    await requireStepUp(tx, session, {
      purpose: "member.reset_factors",
      binds: { member: memberId },
      description: `Reset how ${member.name} signs in`,
    });
    await reset(deps, tx, { session, context }, member);
    return null;
  });
  if (refused !== null) throw refused;
}

/** Committed, so that the entry stays; thrown by the caller. */
async function refuse(
  tx: Transaction,
  context: AuditContext,
  { user }: CurrentSession,
  member: Member,
): Promise<AppError> {
  await noteRefusal(tx, context, member.userId, member.userId === user.id ? "oneself" : "role");
  return new AppError(
    "permission_denied",
    member.userId === user.id
      ? "Nobody resets their own sign-in. Use a recovery code, or ask another owner."
      : "An admin cannot reset an owner. Ask another owner.",
  );
}

function noteRefusal(
  tx: Transaction,
  context: AuditContext,
  memberId: UserId,
  reason: "not_in_team" | "oneself" | "role",
): Promise<void> {
  const about = { resourceType: "user", resourceId: memberId, details: { reason } } as const;
  const by = context.actor.id ?? "nobody";
  return recordRepeated(tx, context, { action: "member.reset_refused", outcome: "denied", ...about }, by);
}

async function reset(
  { ring, sessions, appUrl }: Dependencies,
  tx: Transaction,
  { session, context }: Call,
  member: Member,
): Promise<void> {
  const { userId } = member;
  await removeEveryFactor(tx, userId);
  // After the factors: a sign-in of the same moment held one of them, and its session is there to be ended by now.
  const ended = await sessions.endAll(tx, userId, { except: null, reason: "factors_reset", endedBy: session.user.id });
  const token = await createEmailLink(tx, {
    userId,
    purpose: "reset_factors",
    subject: null,
    ttlSeconds: RESET_FACTORS_TTL_SECONDS,
  });
  await recordAudit(tx, context, {
    action: "member.factors_reset",
    outcome: "success",
    resourceType: "user",
    resourceId: userId,
    details: { sessions_ended: ended },
  });
  await notifySecurityChange(tx, ring, member, "factors_reset", appUrl);
  await mailFactorsLink(tx, ring, member, { token, appUrl, resetBy: session.user.name });
  for (const to of await otherOwners(tx, member.merchantId, userId)) {
    await tellOwner(tx, ring, to, { member, resetBy: session.user.name, appUrl });
  }
}

async function tellOwner(
  tx: Transaction,
  ring: KeyRing,
  to: string,
  { member, resetBy, appUrl }: { member: Member; resetBy: string; appUrl: string },
): Promise<void> {
  const text = [
    `${resetBy} has reset how ${member.name} (${member.email}) signs in: their ways of signing in are gone, their sessions`,
    "have ended, and they were sent a link to set up a new one.",
    "",
    `If this should not have happened, look at the audit trail (${new URL("/audit", appUrl)}) and talk to ${resetBy}.`,
  ].join("\n");
  const subject = "Countinghouse: a team member’s sign-in was reset";
  const message = { merchantId: member.merchantId, kind: "member_factors_reset", expiresInSeconds: NOTICE_TTL_SECONDS };
  await enqueueMessage(tx, ring, { ...message, channel: "email", to, subject, text });
}
