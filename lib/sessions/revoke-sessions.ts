import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { SessionId } from "@/lib/ids/id";
import type { CurrentSession, SessionStore } from "./session-store";

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;
type By = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** `unknown`: none of their own has this id. Somebody else's is as one that never was, and the attempt is recorded. */
export type RevokeOutcome = "revoked" | "ended_before" | "unknown";

/** Ends one of a person's own sessions. */
export async function revokeSession(
  { client, sessions }: Dependencies,
  { session, context }: By,
  sessionId: SessionId,
): Promise<RevokeOutcome> {
  const userId = session.user.id;
  return transact(client, context, async (tx) => {
    if (await sessions.end(tx, { sessionId, userId }, "revoked", userId)) return "revoked";
    const own = await sessions.list(userId);
    if (own.some((record) => record.sessionId === sessionId)) return "ended_before";
    const about = { resourceType: "session", resourceId: sessionId, details: { reason: "unknown" } } as const;
    await recordRepeated(tx, context, { action: "session.revoke_refused", outcome: "denied", ...about }, userId);
    return "unknown";
  });
}

/** Ends all of a person's sessions but the one that they ask from; how many. */
export function revokeOtherSessions({ client, sessions }: Dependencies, { session, context }: By): Promise<number> {
  const { sessionId, user } = session;
  const how = { except: sessionId, reason: "revoked", endedBy: user.id } as const;
  return transact(client, context, (tx) => sessions.endAll(tx, user.id, how));
}
