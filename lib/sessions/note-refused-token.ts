import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { logger } from "@/lib/logging/logger";
import { takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import type { SessionStore } from "./session-store";

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;
type From = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

/** Entries of one session: a tab left open asks again and again. */
const ENTRY_QUOTA = { limit: 1, windowSeconds: 60 };

/**
 * Notes that a token opened nothing. One of a session that has ended leaves an audit entry with its reason, at most one a
 * minute. One that names no session leaves a log line: anybody could make them up and fill the trail.
 */
export async function noteRefusedToken({ client, sessions }: Dependencies, token: string, from: From): Promise<void> {
  const ended = await sessions.findEnded(token);
  if (ended === null) {
    logger.info("a session cookie that names no session");
    return;
  }
  const { sessionId, userId, merchantId, reason } = ended;
  const { allowed } = await takeRateLimit(client.db, `session-refused:${sessionId}`, ENTRY_QUOTA);
  if (!allowed) return;
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
}
