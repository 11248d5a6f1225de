import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError } from "@/lib/errors/app-error";
import { notifySecurityChange, type SecurityChange } from "@/lib/messages/notify-security-change";
import type { CurrentSession, SessionStore } from "@/lib/sessions/session-store";
import { explainStrongFactor } from "./strong-factor-store";

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; sessions: SessionStore; appUrl: string }>;

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** `told` is what is told by e-mail; null when nothing was changed, such as for a wrong code, and it commits all the same. */
type Work<Answer> = (
  tx: Transaction,
  ring: KeyRing,
) => Promise<Readonly<{ answer: Answer; told: SecurityChange | null }>>;

/**
 * Changes how a person signs in: the change, the notice of it and the session's new token in one commit (ASVS 6.3.7,
 * 7.2.4). `token` goes into the cookie; null when nothing was changed. Whatever `work` throws undoes all of it.
 */
export async function changeFactors<Answer>(
  { client, ring, sessions, appUrl }: Dependencies,
  { session, context }: Call,
  work: Work<Answer>,
): Promise<Readonly<{ answer: Answer; token: string | null }>> {
  const { user, merchant, sessionId } = session;
  const person = { userId: user.id, merchantId: merchant.id, email: user.email };
  try {
    return await transact(client, context, async (tx) => {
      const { answer, told } = await work(tx, ring);
      if (told === null) return { answer, token: null };
      await notifySecurityChange(tx, ring, person, told, appUrl);
      const token = await sessions.rotate(tx, sessionId);
      if (token === null) throw new AppError("unauthenticated", "Your session has ended. Sign in again.");
      return { answer, token };
    });
  } catch (error) {
    throw explainStrongFactor(error);
  }
}
