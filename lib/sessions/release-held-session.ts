import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import type { CodeVerdict } from "@/lib/auth/second-factor/prove-code";
import { AppError } from "@/lib/errors/app-error";
import type { DeviceId, SessionId } from "@/lib/ids/id";
import type { CurrentSession, SessionStore } from "./session-store";

export type ReleaseOutcome =
  /** The session's new token: the one before is dead (ASVS 7.2.4). */
  | { kind: "released"; token: string }
  /** Wrong, spent, or not looked at because the factor is locked: one answer, which tells none apart. */
  | { kind: "refused" }
  /** Can never be right, so it was not counted. */
  | { kind: "malformed" };

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;

type Attempt = Readonly<{
  session: CurrentSession;
  context: AuditContext;
  /** The browser that asks: the session is bound to it from then on. */
  deviceId: DeviceId;
  /** Strong factors alone: what was sent to somebody can be talked out of them. */
  method: "totp" | "passkey";
  prove: (tx: Transaction, subject: SessionId) => Promise<CodeVerdict | "refused">;
}>;

/**
 * Takes a proof that a held session's new address or browser is its user's; then the session is there, under a new token. A method
 * that the merchant forbids is not looked at. One transaction, committed also when it refuses, so that the count of tries
 * is kept.
 */
export function releaseHeldSession(
  { client, sessions }: Dependencies,
  { session, context, deviceId, method, prove }: Attempt,
): Promise<ReleaseOutcome> {
  const { sessionId } = session;
  return transact<ReleaseOutcome>(client, context, async (tx) => {
    const factors = await findFactorRow(tx, session.user.id);
    const proof = factors !== null && mayUse(factors, method) ? await prove(tx, sessionId) : "not_allowed";
    const about = { resourceType: "session", resourceId: sessionId } as const;
    if (proof !== "proved") {
      const details = { method, reason: proof };
      const refused = { action: "session.release_refused", outcome: "denied", ...about, details } as const;
      await recordRepeated(tx, context, refused, sessionId);
      return { kind: proof === "malformed" ? "malformed" : "refused" };
    }
    const details = { method };
    await recordAudit(tx, context, { action: "session.released", outcome: "success", ...about, details });
    const released = await sessions.release(tx, sessionId, { ip: context.ip, deviceId });
    const token = released ? await sessions.rotate(tx, sessionId) : null;
    // It was ended while the code was looked at.
    if (token === null) throw new AppError("unauthenticated", "Your session has ended. Sign in again.");
    return { kind: "released", token };
  });
}
