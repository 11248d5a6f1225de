import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { logger } from "@/lib/logging/logger";
import { takeRateLimit } from "@/lib/rate-limit/postgres-limit-store";
import type { RefusedReason, SessionStore } from "./session-store";

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;
type From = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

/** Entries of one session: a tab left open asks again and again. */
const ENTRY_QUOTA = { limit: 1, windowSeconds: 60 };

/** Cookies of one request that are looked at: a header holds hundreds. */
const COOKIES_MAX = 3;

/**
 * Notes that a token opened nothing. One of a session that has ended, or that has a newer token, leaves an audit entry
 * with the reason, at most one a minute for each session. One that names no session leaves a log line: there is no
 * merchant whose trail it belongs to, and anybody could make them up and fill it. Tells why it was refused, where it names a session.
 */
export async function noteRefusedToken(deps: Dependencies, token: string, from: From): Promise<RefusedReason | null> {
  const half = token.slice(0, token.length / 2);
  if (half + half !== token) return note(deps, token, from, null);
  await noteDoubledCookie(deps, [half], from);
  return null;
}

/** The same for session cookies of which there was more than one, so that none was taken: also where one is of a live session. */
export async function noteDoubledCookie(deps: Dependencies, tokens: readonly string[], from: From): Promise<void> {
  for (const token of tokens.slice(0, COOKIES_MAX)) await note(deps, token, from, "doubled");
}

async function note(
  { client, sessions }: Dependencies,
  token: string,
  from: From,
  whyLive: "doubled" | null,
): Promise<RefusedReason | null> {
  const named = await sessions.findNamed(token);
  if (named === null) {
    logger.info("a session cookie that names no session");
    return null;
  }
  const { sessionId, userId, merchantId, state } = named;
  const reason = state === "live" ? whyLive : state;
  // Live, and alone: it was not refused for itself.
  if (reason === null) return null;
  const refusedAs = state === "live" ? null : state;
  const { allowed } = await takeRateLimit(client.db, `session-refused:${sessionId}`, ENTRY_QUOTA);
  if (!allowed) return refusedAs;
  const context: AuditContext = { actor: { type: "user", id: userId }, merchantId, ...from };
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "session.refused",
      outcome: "denied",
      resourceType: "session",
      resourceId: sessionId,
      details: { reason },
    }),
  );
  return refusedAs;
}
