import { cookies, headers } from "next/headers";
import { cache } from "react";
import type { AuditContext } from "@/db/audit-context";
import { authCookies } from "@/lib/auth/auth-cookies";
import { cookieValues } from "@/lib/auth/read-cookies";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids/id";
import { noteDoubledCookie, noteRefusedToken } from "@/lib/sessions/note-refused-token";
import { resolveFrom } from "@/lib/sessions/resolve-from";
import type { CurrentSession, RefusedReason } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { clientAddress } from "./client-address";
import { presentedDevice } from "./own-device";
import { userAgentOf } from "./user-agent";

type Presented = Readonly<
  { session: CurrentSession; refusedAs: null } | { session: null; refusedAs: RefusedReason | null }
>;

/**
 * The session that the request's cookie names, as far as its merchant lets it be used from here; it may be held. Asked
 * once a request however many parts of a page want it, and one round trip. A cookie that opens nothing is noted.
 *
 * The one place that reads the session's cookie. Two of the name with different values are none. The value is Next's, for
 * an action that gives the session a new token shows its page under the new one.
 */
const presentedSession = cache(async (): Promise<Presented> => {
  const { name } = authCookies(env().APP_URL).session;
  const token = (await cookies()).get(name)?.value;
  if (token === undefined) return { session: null, refusedAs: null };
  const deps = { client: database(), sessions: sessions() };
  const from = await requestOrigin();
  const sent = cookieValues((await headers()).get("cookie"), name);
  if (sent.length > 1) {
    await noteDoubledCookie(deps, sent, from);
    return { session: null, refusedAs: null };
  }
  const session = await resolveFrom(deps, token, { ...from, deviceId: await presentedDevice() });
  if (session !== null) return { session, refusedAs: null };
  return { session, refusedAs: await noteRefusedToken(deps, token, from) };
});

/** The session of the request at hand, or null: also for one that is held. Rejects when the store cannot be reached. */
export async function currentSession(): Promise<CurrentSession | null> {
  const { session } = await presentedSession();
  return session?.heldAt === null ? session : null;
}

/** The session of the request at hand if it is held: it opens nothing but the page on which it is released. */
export async function heldSession(): Promise<CurrentSession | null> {
  const { session } = await presentedSession();
  return session?.heldAt === null ? null : session;
}

/** Why the session cookie that this browser still has opens nothing; null where it has none, or that of a live session. */
export async function refusedAs(): Promise<RefusedReason | null> {
  return (await presentedSession()).refusedAs;
}

/** Where the request at hand came from, with an id for everything that it leaves behind. */
export const requestOrigin = cache(async (): Promise<Pick<AuditContext, "ip" | "userAgent" | "requestId">> => {
  const received = await headers();
  return { ip: clientAddress(received), userAgent: userAgentOf(received), requestId: newId("req") };
});

/** The audit context of a signed-in person's request. */
export async function sessionContext({ user, merchant }: CurrentSession): Promise<AuditContext> {
  return { actor: { type: "user", id: user.id }, merchantId: merchant.id, ...(await requestOrigin()) };
}
