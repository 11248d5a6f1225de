import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { MerchantId, UserId } from "@/lib/ids/id";
import type { SessionStore, SignInMethod } from "@/lib/sessions/session-store";

type NewSignIn = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  method: SignInMethod;
  /** The session cookie that came along, if any: a session of this user ends with the new sign-in. */
  replacesToken: string | null;
}>;

/** The end of every way in: whoever has been proved to be this user gets a session, and the trail tells how. Its token. */
export async function beginSession(
  tx: Transaction,
  { sessions, context }: Readonly<{ sessions: SessionStore; context: AuditContext }>,
  { userId, merchantId, method, replacesToken }: NewSignIn,
): Promise<string> {
  const { ip, userAgent } = context;
  const from = { ip, userAgent, deviceId: null };
  const { token, sessionId } = await sessions.create(tx, { userId, merchantId, ...from, method, replacesToken });
  await recordAudit(tx, context, {
    action: "sign_in.succeeded",
    outcome: "success",
    resourceType: "user",
    resourceId: userId,
    details: { method, session_id: sessionId },
  });
  return token;
}
