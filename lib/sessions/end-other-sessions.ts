import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { database } from "@/lib/database";
import type { CurrentSession } from "./session-store";
import { sessions } from "./sessions";

/** Ends all of a person's sessions but the one at hand; how many. */
export function endOtherSessions({ sessionId, user }: CurrentSession, context: AuditContext): Promise<number> {
  return transact(database(), context, (tx) =>
    sessions().endAll(tx, user.id, { except: sessionId, reason: "revoked", endedBy: user.id }),
  );
}
