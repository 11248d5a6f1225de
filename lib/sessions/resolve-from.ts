import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { Quota } from "@/lib/env";
import { addressBlock } from "@/lib/rate-limit/address-block";
import { takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import type { CurrentSession, SessionStore } from "./session-store";

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;
/** Moves of one session, each of which is an entry: an address may flip with every request. */
const MOVES: Quota = { limit: 1, windowSeconds: 60 };

type From = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

/**
 * The session of a token for a request from an address. At the address where it is, that is all, in the one round trip of
 * the look-up. From another one its merchant's policy decides: `log` moves it there, which is an audit entry (at most
 * once a minute; in between it is let on all the same); `step_up` holds it (`heldAt`) until its user proves who they are; `revoke` ends it. An IPv6 address is compared by its /64: a
 * device changes the rest by itself.
 */
export async function resolveFrom(deps: Dependencies, token: string, from: From): Promise<CurrentSession | null> {
  const session = await deps.sessions.resolve(token);
  if (session === null || session.heldAt !== null) return session;
  if (addressBlock(session.ip) === addressBlock(from.ip)) return session;
  await applyPolicy(deps, session, from);
  // Read again, and not imagined: a sign-out, or another request of this session, may have come in between.
  return deps.sessions.resolve(token);
}

async function applyPolicy({ client, sessions }: Dependencies, session: CurrentSession, from: From): Promise<void> {
  const { sessionId, user, merchant } = session;
  const asItsUser: AuditContext = { actor: { type: "user", id: user.id }, merchantId: merchant.id, ...from };
  const asProduct: AuditContext = { ...asItsUser, actor: { type: "system", id: "ip-policy" } };
  switch (merchant.ipPolicy) {
    case "log":
      await transact(client, asItsUser, async (tx) => {
        const { allowed } = await takeRateLimit(tx, `session_moves:${sessionId}`, MOVES);
        if (allowed) await sessions.moveTo(tx, sessionId, from.ip);
      });
      return;
    case "step_up":
      await transact(client, asProduct, (tx) => sessions.hold(tx, sessionId));
      return;
    case "revoke":
      await transact(client, asProduct, (tx) => sessions.end(tx, { sessionId }, "address_changed", null));
      return;
  }
}
