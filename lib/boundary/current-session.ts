import { cookies, headers } from "next/headers";
import { cache } from "react";
import type { AuditContext } from "@/db/audit-context";
import { authCookies } from "@/lib/auth/auth-cookies";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { clientAddress } from "./client-address";
import { userAgentOf } from "./user-agent";

/**
 * The session of the request at hand, or null: the one place that reads the cookie. Asked once a request however many
 * parts of a page want it, and one round trip. Rejects when the store cannot be reached.
 */
export const currentSession = cache(async (): Promise<CurrentSession | null> => {
  const token = (await cookies()).get(authCookies(env().APP_URL).session.name)?.value;
  return token ? sessions().resolve(token) : null;
});

/** Where the request at hand came from, with an id for everything that it leaves behind. */
export const requestOrigin = cache(async (): Promise<Pick<AuditContext, "ip" | "userAgent" | "requestId">> => {
  const received = await headers();
  return { ip: clientAddress(received), userAgent: userAgentOf(received), requestId: newId("req") };
});

/** The audit context of a signed-in person's request. */
export async function sessionContext({ user, merchant }: CurrentSession): Promise<AuditContext> {
  return { actor: { type: "user", id: user.id }, merchantId: merchant.id, ...(await requestOrigin()) };
}
