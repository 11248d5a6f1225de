import { cookies } from "next/headers";
import type { AuditContext } from "@/db/audit-context";
import { authCookies, SESSION_COOKIE_AFTER_SECONDS } from "@/lib/auth/auth-cookies";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { changeFactors } from "@/lib/factors/change-factors";
import { keyRing } from "@/lib/keys/key-ring";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** `changeFactors` for a server action: the session's new token goes into its cookie. */
export async function changeOwnFactors<Answer>(
  call: Call,
  work: Parameters<typeof changeFactors<Answer>>[2],
): Promise<Answer> {
  const deps = { client: database(), ring: await keyRing(), sessions: sessions(), appUrl: env().APP_URL };
  const { answer, token } = await changeFactors(deps, call, work);
  if (token !== null) await setSessionCookie(token, call.session);
  return answer;
}

/** Puts a session's new token into the browser. The absolute limit stays, and is the store's: the cookie outlives it. */
export async function setSessionCookie(token: string, { expiresAt }: CurrentSession): Promise<void> {
  const { name, options } = authCookies(env().APP_URL).session;
  const expires = new Date(expiresAt.getTime() + SESSION_COOKIE_AFTER_SECONDS * 1000);
  (await cookies()).set(name, token, { ...options, expires });
}
