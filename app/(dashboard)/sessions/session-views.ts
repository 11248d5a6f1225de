import type { SessionView } from "@/components/sessions/session-view";
import { endedWords, methodWords } from "@/components/sessions/session-words";
import { deviceName } from "@/lib/auth/device-name";
import { env } from "@/lib/env";
import type { CurrentSession, SessionRecord } from "@/lib/sessions/session-store";

/** A person's sessions in words, the one they look from first. */
export function toSessionViews(records: readonly SessionRecord[], current: CurrentSession): SessionView[] {
  const isCurrent = (record: SessionRecord) => record.sessionId === current.sessionId;
  const ordered = [...records.filter(isCurrent), ...records.filter((record) => !isCurrent(record))];
  return ordered.map((record) => ({
    id: record.sessionId,
    device: deviceName(record.userAgent),
    userAgent: record.userAgent,
    address: record.ip,
    method: methodWords(record.method),
    since: record.createdAt,
    lastSeen: record.lastSeenAt,
    state: stateOf(record, current),
  }));
}

function stateOf({ sessionId, ended, heldAt }: SessionRecord, current: CurrentSession): SessionView["state"] {
  if (ended !== null) {
    const { SESSION_IDLE_SECONDS: idleSeconds, SESSION_ABSOLUTE_SECONDS: absoluteSeconds } = env();
    return { kind: "ended", at: ended.at, why: endedWords(ended, current.user.id, { idleSeconds, absoluteSeconds }) };
  }
  if (sessionId === current.sessionId) return { kind: "current" };
  return heldAt === null ? { kind: "active" } : { kind: "held" };
}
