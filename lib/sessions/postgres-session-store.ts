import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, sessions, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Role } from "@/lib/auth/role";
import { sha256 } from "@/lib/crypto/digest";
import { randomToken } from "@/lib/crypto/random";
import { type DeviceId, type MerchantId, newId, type SessionId, type UserId } from "@/lib/ids/id";
import { listSessions } from "./postgres-session-list-store";
import {
  type CurrentSession,
  ENDED_AT_ONCE_MAX,
  type EndAll,
  type IpPolicy,
  type NamedSession,
  type NewSession,
  type SessionLimits,
  type SessionRef,
  type SessionStore,
  type SignInMethod,
} from "./session-store";
import { isSessionToken, TOUCH_SECONDS_MAX } from "./session-token";

/** Sessions in Postgres: the default. */
export function postgresSessionStore(db: Queryable, limits: SessionLimits): SessionStore {
  const update = async (tx: Transaction, change: Parameters<typeof updateLive>[1], which: SQL | undefined) =>
    (await updateLive(tx, change, and(which, isWithinLimits(limits)))) === 1;
  return {
    create: (tx, session) => createSession(tx, session, limits),
    resolve: async (token) => (isSessionToken(token) ? resolveSession(db, token, limits) : null),
    findNamed: async (token) => (isSessionToken(token) ? findNamed(db, token, limits) : null),
    end: (tx, ref, reason, endedBy) =>
      update(tx, { endedAt: sql`clock_timestamp()`, endedReason: reason, endedBy }, matches(ref)),
    endAll: (tx, userId, how) => endAllSessions(tx, userId, how, limits),
    rotate: async (tx, sessionId) => {
      const token = randomToken();
      const tokens = { tokenHash: sha256(token), previousTokenHash: sql`${sessions.tokenHash}` };
      const rotated = await update(tx, tokens, eq(sessions.id, sessionId));
      return rotated ? token : null;
    },
    list: (userId) => listSessions(db, userId, limits),
    moveTo: (tx, sessionId, ip) => update(tx, { ip }, and(eq(sessions.id, sessionId), isNull(sessions.heldAt))),
    hold: (tx, sessionId) =>
      update(tx, { heldAt: sql`clock_timestamp()` }, and(eq(sessions.id, sessionId), isNull(sessions.heldAt))),
    release: (tx, sessionId, to) => update(tx, { ...to, heldAt: null }, eq(sessions.id, sessionId)),
    endOverdue: (tx) => endOverdue(tx, limits),
    // The transaction that looks at the proof is in the same database.
    reach: async () => {},
  };
}

function matches(ref: SessionRef) {
  if ("token" in ref) return eq(sessions.tokenHash, sha256(ref.token));
  return and(eq(sessions.id, ref.sessionId), ref.userId === undefined ? undefined : eq(sessions.userId, ref.userId));
}

function isWithinLimits({ idleSeconds }: SessionLimits) {
  return and(
    gt(sessions.expiresAt, sql`clock_timestamp()`),
    gt(sessions.lastSeenAt, sql`clock_timestamp() - make_interval(secs => ${idleSeconds}::int)`),
  );
}

/** Changes sessions that have not ended: one that ends while this waits for its row is none of them. */
async function updateLive(
  tx: Transaction,
  change: Parameters<ReturnType<Transaction["update"]>["set"]>[0],
  which: SQL | undefined,
): Promise<number> {
  const changed = await tx
    .update(sessions)
    .set(change)
    .where(and(which, isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return changed.length;
}

/** One sign-in, or end of all, of a user at a time: each must see the sessions of the one before. */
async function lockSessionsOf(tx: Transaction, userId: UserId): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`sessions:${userId}`}, 0))`);
}

async function createSession(tx: Transaction, session: NewSession, limits: SessionLimits) {
  await lockSessionsOf(tx, session.userId);
  const { replacesToken: _, ...who } = session;
  await endSurplus(tx, session, limits);
  const token = randomToken();
  const sessionId = newId("ses");
  await tx.insert(sessions).values({
    id: sessionId,
    tokenHash: sha256(token),
    ...who,
    // Not now(): that is when this transaction began, perhaps before the sign-in that it waited for.
    createdAt: sql`clock_timestamp()`,
    lastSeenAt: sql`clock_timestamp()`,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${limits.absoluteSeconds}::int)`,
  });
  return { token, sessionId };
}

/**
 * Makes room for one: ends what is over already, under its true reason and moment, and the one that this browser had,
 * whosever it was; then the oldest of the rest.
 */
async function endSurplus(
  tx: Transaction,
  { userId, replacesToken }: NewSession,
  { idleSeconds, maxPerUser }: SessionLimits,
): Promise<void> {
  const replaced = replacesToken === null ? null : sha256(replacesToken);
  await tx.execute(sql`
    with limited as (
      select id, token_hash, created_at, expires_at,
             least(expires_at, last_seen_at + make_interval(secs => ${idleSeconds}::int)) as limit_at
        from sessions
       where (user_id = ${userId} or token_hash = ${replaced}) and ended_at is null
    ), ranked as (
      select *,
             case
               when limit_at <= clock_timestamp() then case when limit_at = expires_at then 'absolute' else 'idle' end
               when token_hash = ${replaced} then 'replaced'
             end as over_as
        from limited
    ), surplus as (
      select id, coalesce(over_as, 'evicted') as reason, least(limit_at, clock_timestamp()) as over_at
        from (select *, row_number() over (partition by over_as is null order by created_at desc, id desc) as place from ranked) as r
       where over_as is not null or place >= ${maxPerUser}::int
    )
    update sessions set ended_at = surplus.over_at, ended_reason = surplus.reason
      from surplus
     where sessions.id = surplus.id and sessions.ended_at is null`);
}

async function endAllSessions(
  tx: Transaction,
  userId: UserId,
  { except, reason, endedBy }: EndAll,
  limits: SessionLimits,
): Promise<number> {
  await lockSessionsOf(tx, userId);
  const others = except === null ? undefined : sql`${sessions.id} <> ${except}`;
  const change = { endedAt: sql`clock_timestamp()`, endedReason: reason, endedBy };
  return updateLive(tx, change, and(eq(sessions.userId, userId), others, isWithinLimits(limits)));
}

/** Under the moment at which the limit was reached. Rows that a sign-in or sign-out holds are left to the next sweep. */
async function endOverdue(tx: Transaction, { idleSeconds }: SessionLimits): Promise<number> {
  const ended = await tx.execute(sql`
    with overdue as (
      select id, expires_at <= last_seen_at + make_interval(secs => ${idleSeconds}::int) as by_age
        from sessions
       where ended_at is null
         and (expires_at <= now() or last_seen_at <= now() - make_interval(secs => ${idleSeconds}::int))
       limit ${ENDED_AT_ONCE_MAX}::int
         for update skip locked
    )
    update sessions
       set ended_at = least(expires_at, last_seen_at + make_interval(secs => ${idleSeconds}::int)),
           ended_reason = case when by_age then 'absolute' else 'idle' end
      from overdue
     where sessions.id = overdue.id
    returning sessions.id`);
  return ended.length;
}

type ResolvedRow = {
  session_id: SessionId;
  created_at: string;
  expires_at: string;
  held_at: string | null;
  ip: string | null;
  device_id: DeviceId | null;
  method: SignInMethod | null;
  user_id: UserId;
  email: string;
  user_name: string;
  role: Role;
  merchant_id: MerchantId;
  merchant_name: string;
  time_zone: string;
  country: string;
  ip_policy: IpPolicy;
};

/**
 * One round trip: look-up, limits and touch. The touch extends a live session only. When a sign-out of the same moment
 * wins the row, the touch finds no live session and the answer is null.
 */
async function resolveSession(db: Queryable, token: string, limits: SessionLimits): Promise<CurrentSession | null> {
  const touchSeconds = Math.min(TOUCH_SECONDS_MAX, limits.idleSeconds / 10);
  const [row] = await db.execute<ResolvedRow>(sql`
    with live as (
      select s.id as session_id, s.created_at, s.expires_at, s.held_at, s.ip, s.device_id, s.method,
             s.last_seen_at < now() - make_interval(secs => ${touchSeconds}::float8) as stale,
             u.id as user_id, u.email, u.name as user_name, u.role,
             m.id as merchant_id, m.name as merchant_name, m.time_zone, m.country, m.ip_policy
        from ${sessions} as s
        join ${users} as u on u.id = s.user_id
        join ${merchants} as m on m.id = s.merchant_id
       where s.token_hash = ${sha256(token)}
         and s.ended_at is null
         and s.expires_at > now()
         and s.last_seen_at > now() - make_interval(secs => ${limits.idleSeconds}::int)
         and u.disabled_at is null
    ), touched as (
      update sessions set last_seen_at = greatest(sessions.last_seen_at, now())
        from live
       where sessions.id = live.session_id and live.stale and sessions.ended_at is null
      returning 1
    )
    select * from live where not stale or exists (select from touched)`);
  return row ? toCurrentSession(row) : null;
}

function toCurrentSession(row: ResolvedRow): CurrentSession {
  const { merchant_id: id, merchant_name: name, time_zone: timeZone, country, ip_policy: ipPolicy } = row;
  return {
    sessionId: row.session_id,
    user: { id: row.user_id, email: row.email, name: row.user_name, role: row.role },
    merchant: { id, name, timeZone, country, ipPolicy },
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    ip: row.ip,
    deviceId: row.device_id,
    heldAt: row.held_at === null ? null : new Date(row.held_at),
    method: row.method,
  };
}

type NamedRow = { session_id: SessionId; user_id: UserId; merchant_id: MerchantId; state: NamedSession["state"] };

/** A limit that has been reached counts before the sweep has written it down; so does a user who was disabled. */
async function findNamed(db: Queryable, token: string, { idleSeconds }: SessionLimits): Promise<NamedSession | null> {
  const hash = sha256(token);
  const [row] = await db.execute<NamedRow>(sql`
    select s.id as session_id, s.user_id, s.merchant_id,
           case
             when s.token_hash <> ${hash} then 'rotated'
             when s.ended_at is not null then s.ended_reason
             when s.expires_at <= now() then 'absolute'
             when s.last_seen_at <= now() - make_interval(secs => ${idleSeconds}::int) then 'idle'
             when u.disabled_at is not null then 'user_disabled'
             else 'live'
           end as state
      from ${sessions} as s join ${users} as u on u.id = s.user_id
     where s.token_hash = ${hash} or s.previous_token_hash = ${hash}`);
  return row ? { sessionId: row.session_id, userId: row.user_id, merchantId: row.merchant_id, state: row.state } : null;
}
