import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, sessions, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { Role } from "@/lib/auth/role";
import { sha256 } from "@/lib/crypto/digest";
import { randomToken } from "@/lib/crypto/random";
import { type MerchantId, newId, type SessionId, type UserId } from "@/lib/ids/id";
import type { CurrentSession, NewSession, SessionLimits, SessionRef, SessionStore } from "./session-store";

/** 32 bytes in base64url; anything else is not worth a question to the database. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** How stale `last_seen_at` may be: every request would otherwise write a row. An idle limit errs to the short side by it. */
const TOUCH_SECONDS_MAX = 30;

/** Sessions in Postgres: the default. */
export function postgresSessionStore(db: Queryable, limits: SessionLimits): SessionStore {
  return {
    create: (tx, session) => createSession(tx, session, limits),
    resolve: (token) => (TOKEN.test(token) ? resolveSession(db, token, limits) : Promise.resolve(null)),
    end: async (tx, ref, reason) => {
      const ended = await tx
        .update(sessions)
        .set({ endedAt: sql`clock_timestamp()`, endedReason: reason })
        .where(and(matches(ref), isNull(sessions.endedAt)))
        .returning({ id: sessions.id });
      return ended.length === 1;
    },
  };
}

function matches(ref: SessionRef) {
  return "token" in ref ? eq(sessions.tokenHash, sha256(ref.token)) : eq(sessions.id, ref.sessionId);
}

async function createSession(tx: Transaction, session: NewSession, limits: SessionLimits) {
  // One sign-in of a user at a time: each must see the sessions of the one before, or all would be "among the newest".
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`sessions:${session.userId}`}, 0))`);
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

/** Makes room for one: ends what is over already, under its true reason, then the oldest of the rest. */
async function endSurplus(
  tx: Transaction,
  { userId, replacesToken }: NewSession,
  limits: SessionLimits,
): Promise<void> {
  const replaced = replacesToken === null ? null : sha256(replacesToken);
  await tx.execute(sql`
    with ranked as (
      select id,
             case
               when expires_at <= clock_timestamp() then 'absolute'
               when last_seen_at <= clock_timestamp() - make_interval(secs => ${limits.idleSeconds}::int) then 'idle'
               when token_hash = ${replaced} then 'replaced'
             end as over_as,
             created_at
        from sessions
       where user_id = ${userId} and ended_at is null
    ), surplus as (
      select id, coalesce(over_as, 'evicted') as reason
        from (select *, row_number() over (partition by over_as is null order by created_at desc, id desc) as place from ranked) as r
       where over_as is not null or place >= ${limits.maxPerUser}::int
    )
    update sessions set ended_at = clock_timestamp(), ended_reason = surplus.reason
      from surplus
     where sessions.id = surplus.id and sessions.ended_at is null`);
}

type ResolvedRow = {
  session_id: SessionId;
  created_at: string;
  expires_at: string;
  user_id: UserId;
  email: string;
  user_name: string;
  role: Role;
  merchant_id: MerchantId;
  merchant_name: string;
  time_zone: string;
  country: string;
};

/**
 * One round trip: look-up, limits and touch. The touch extends a live session only. When a sign-out of the same moment
 * wins the row, the touch finds no live session and the answer is null.
 */
async function resolveSession(db: Queryable, token: string, limits: SessionLimits): Promise<CurrentSession | null> {
  const touchSeconds = Math.min(TOUCH_SECONDS_MAX, limits.idleSeconds / 10);
  const [row] = await db.execute<ResolvedRow>(sql`
    with live as (
      select s.id as session_id, s.created_at, s.expires_at,
             s.last_seen_at < now() - make_interval(secs => ${touchSeconds}::float8) as stale,
             u.id as user_id, u.email, u.name as user_name, u.role,
             m.id as merchant_id, m.name as merchant_name, m.time_zone, m.country
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
  return {
    sessionId: row.session_id,
    user: { id: row.user_id, email: row.email, name: row.user_name, role: row.role },
    merchant: { id: row.merchant_id, name: row.merchant_name, timeZone: row.time_zone, country: row.country },
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  };
}
