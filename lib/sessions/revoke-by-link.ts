import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { forgetDevice } from "@/lib/auth/device-store";
import { noteLimited } from "@/lib/auth/note-limited";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { takeAddressLimit } from "@/lib/auth/sign-in-limits";
import { findMerchantOf } from "@/lib/auth/user-store";
import { consumeEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { parseId, type SessionId, type UserId } from "@/lib/ids/id";
import type { Limits } from "@/lib/rate-limit/limits";
import type { SessionStore } from "./session-store";

export type RevokeOutcome =
  /** The session is over, by this or already before. */
  | { kind: "ended" }
  /** Unknown, used or expired: one answer for all. */
  | { kind: "link_gone" }
  | { kind: "limited"; retryAfterSeconds: number };

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore; limits: Limits }>;

/**
 * Ends the session that a new-device e-mail told of and every other one of that browser, and forgets the browser: its next
 * sign-in is told of again. The link alone is enough, and for nothing else: whoever reads the mail of an account may end
 * a session of it, and cannot begin one.
 */
export async function revokeByLink(
  { client, sessions, limits }: Dependencies,
  { token, origin }: Readonly<{ token: string; origin: RequestOrigin }>,
): Promise<RevokeOutcome> {
  const limit = await takeAddressLimit(limits, origin);
  const link = await findEmailLink(client.db, token, "revoke_session");
  const merchantId = link && (await findMerchantOf(client.db, link.userId));
  if (!limit.allowed) {
    const account = link && merchantId && { userId: link.userId, merchantId };
    await noteLimited(client, { action: "session.link_refused", account, origin });
    return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  const actor = link ? ({ type: "user", id: link.userId } as const) : ({ type: "system", id: "revoke-link" } as const);
  const context: AuditContext = { actor, merchantId, ...origin };
  return transact(client, context, async (tx) => {
    // Of two at once one finds it unused; a transaction that is undone leaves it so.
    const used = await consumeEmailLink(tx, token, "revoke_session");
    const sessionId = parseId("ses", used?.subject);
    if (used === null || sessionId === null) {
      await recordAudit(tx, context, {
        action: "session.link_refused",
        outcome: "denied",
        resourceType: "session",
        resourceId: null,
        details: { reason: "unknown_used_or_expired" },
      });
      return { kind: "link_gone" };
    }
    const ended = await endDevice(tx, sessions, used.userId, sessionId);
    await recordAudit(tx, context, {
      action: "session.revoked_by_link",
      outcome: "success",
      resourceType: "session",
      resourceId: sessionId,
      details: { sessions_ended: ended },
    });
    return { kind: "ended" };
  });
}

/** How many sessions it ended. */
async function endDevice(
  tx: Transaction,
  sessions: SessionStore,
  userId: UserId,
  sessionId: SessionId,
): Promise<number> {
  const all = await sessions.list(userId);
  const deviceId = all.find((each) => each.sessionId === sessionId)?.deviceId ?? null;
  if (deviceId !== null) await forgetDevice(tx, userId, deviceId);
  const same = all.filter((each) => each.sessionId === sessionId || (deviceId !== null && each.deviceId === deviceId));
  let ended = 0;
  for (const each of same) {
    if (await sessions.end(tx, { sessionId: each.sessionId, userId }, "revoked", userId)) ended += 1;
  }
  return ended;
}
