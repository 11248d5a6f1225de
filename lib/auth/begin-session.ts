import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { type DeviceId, type MerchantId, newId, type UserId } from "@/lib/ids/id";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { tellOfNewDevice } from "@/lib/messages/tell-of-new-device";
import type { SessionStore, SignInMethod } from "@/lib/sessions/session-store";
import { isDeviceOfOthers, noteDevice } from "./device-store";

type Dependencies = Readonly<{ sessions: SessionStore; ring: KeyRing; appUrl: string; context: AuditContext }>;

type NewSignIn = Readonly<{
  user: Readonly<{ userId: UserId; merchantId: MerchantId; email: string }>;
  method: SignInMethod;
  deviceId: DeviceId;
  /** The session cookie that came along, if any: its session ends with the new sign-in, whosever it was. */
  replacesToken: string | null;
}>;

/**
 * The end of every way in: whoever has been proved to be this user gets a session, and the trail tells how; the user is
 * told of a browser that is new to them, and of a recovery code that was used. A browser in which only others have signed in
 * gets a new device: its cookie passes from nobody to the next.
 */
export async function beginSession(
  tx: Transaction,
  { sessions, ring, appUrl, context }: Dependencies,
  { user, method, deviceId: presented, replacesToken }: NewSignIn,
): Promise<Readonly<{ token: string; deviceId: DeviceId }>> {
  const { ip, userAgent } = context;
  const { userId, merchantId } = user;
  const deviceId = (await isDeviceOfOthers(tx, userId, presented)) ? newId("dev") : presented;
  const session = { userId, merchantId, ip, userAgent, deviceId, method, replacesToken };
  const { token, sessionId } = await sessions.create(tx, session);
  const acquaintance = await noteDevice(tx, { userId, deviceId, userAgent });
  await recordAudit(tx, context, {
    action: "sign_in.succeeded",
    outcome: "success",
    resourceType: "user",
    resourceId: userId,
    details: { method, session_id: sessionId, device: acquaintance },
  });
  if (acquaintance === "new") await tellOfNewDevice(tx, { ring, appUrl }, user, sessionId);
  if (method === "recovery_code") await notifySecurityChange(tx, ring, user, "recovery_code_used", appUrl);
  return { token, deviceId };
}
