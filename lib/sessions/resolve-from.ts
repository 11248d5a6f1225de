import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { Quota } from "@/lib/env";
import type { DeviceId } from "@/lib/ids/id";
import { addressBlock } from "@/lib/rate-limit/address-block";
import { takeRateLimit } from "@/lib/rate-limit/postgres-limit-store";
import type { CurrentSession, SessionStore } from "./session-store";

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;
/** Moves of one session, each of which is an entry: an address may flip with every request. */
const MOVES: Quota = { limit: 1, windowSeconds: 60 };

/** Where a request comes from; `deviceId` is the browser by its signed cookie, null where it shows none. */
type From = Pick<AuditContext, "ip" | "userAgent" | "requestId"> & Readonly<{ deviceId: DeviceId | null }>;
type Elsewhere = Readonly<{ address: boolean; device: boolean }>;

/**
 * The session of a token for a request from an address and a browser. Where it is at home, that is all, in the one round
 * trip of the look-up. From another address, or by another browser than it is bound to, its merchant's policy decides:
 * `log` lets it go on and leaves an audit entry (at most once a minute), for an address by moving it there; `step_up` holds
 * it (`heldAt`) until its user proves who they are; `revoke` ends it. An IPv6 address is compared by its /64: a device
 * changes the rest by itself. A session that began without a device is bound to none.
 */
export async function resolveFrom(deps: Dependencies, token: string, from: From): Promise<CurrentSession | null> {
  const session = await deps.sessions.resolve(token);
  if (session === null || session.heldAt !== null) return session;
  const elsewhere = {
    address: addressBlock(session.ip) !== addressBlock(from.ip),
    device: session.deviceId !== null && session.deviceId !== from.deviceId,
  };
  if (!elsewhere.address && !elsewhere.device) return session;
  await applyPolicy(deps, session, from, elsewhere);
  // Read again, and not imagined: a sign-out, or another request of this session, may have come in between.
  return deps.sessions.resolve(token);
}

async function applyPolicy(
  { client, sessions }: Dependencies,
  session: CurrentSession,
  { deviceId: _, ...from }: From,
  elsewhere: Elsewhere,
): Promise<void> {
  const { sessionId, user, merchant } = session;
  const asItsUser: AuditContext = { actor: { type: "user", id: user.id }, merchantId: merchant.id, ...from };
  const asProduct: AuditContext = { ...asItsUser, actor: { type: "system", id: "ip-policy" } };
  switch (merchant.ipPolicy) {
    case "log":
      await transact(client, asItsUser, (tx) => logUse(tx, sessions, session, asItsUser, elsewhere));
      return;
    case "step_up":
      await transact(client, asProduct, async (tx) => {
        const held = await sessions.hold(tx, sessionId);
        if (held && elsewhere.device) await recordOtherDevice(tx, asProduct, session, "denied");
      });
      return;
    case "revoke": {
      const reason = elsewhere.device ? "device_changed" : "address_changed";
      await transact(client, asProduct, (tx) => sessions.end(tx, { sessionId }, reason, null));
      return;
    }
  }
}

async function logUse(
  tx: Transaction,
  sessions: SessionStore,
  session: CurrentSession,
  context: AuditContext,
  elsewhere: Elsewhere,
): Promise<void> {
  const { allowed } = await takeRateLimit(tx, `session_moves:${session.sessionId}`, MOVES);
  if (!allowed) return;
  if (elsewhere.address) await sessions.moveTo(tx, session.sessionId, context.ip);
  // It stays bound to its own: from then on the one that has it would be the stranger.
  if (elsewhere.device) await recordOtherDevice(tx, context, session, "success");
}

/** The row's own entry tells of an address and not of a browser, which is no part of the change. */
function recordOtherDevice(
  tx: Transaction,
  context: AuditContext,
  { sessionId }: CurrentSession,
  outcome: "success" | "denied",
): Promise<void> {
  return recordAudit(tx, context, {
    action: "session.other_device",
    outcome,
    resourceType: "session",
    resourceId: sessionId,
  });
}
