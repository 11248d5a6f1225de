import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { sessions } from "@/db/schema";
import type { DeviceId, SessionId, UserId } from "@/lib/ids/id";
import {
  ENDED_SHOWN_DAYS,
  type EndedReason,
  type SessionLimits,
  type SessionRecord,
  type SignInMethod,
} from "./session-store";

/** Far more than anybody signs in within the days that are shown, but for a script. */
const ROWS_MAX = 200;

type Row = {
  id: SessionId;
  ip: string | null;
  user_agent: string | null;
  device_id: DeviceId | null;
  method: SignInMethod | null;
  held_at: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  over_at: string | null;
  over_as: EndedReason | null;
  ended_by: UserId | null;
};

/** One that a limit has ended is told as ended, also before the sweep has written it down. */
export async function listSessions(
  db: Queryable,
  userId: UserId,
  { idleSeconds }: SessionLimits,
): Promise<SessionRecord[]> {
  const rows = await db.execute<Row>(sql`
    with limited as (
      select *, least(expires_at, last_seen_at + make_interval(secs => ${idleSeconds}::int)) as limit_at
        from ${sessions}
       where user_id = ${userId}
    ), told as (
      select *,
             case when ended_at is not null then ended_at when limit_at <= now() then limit_at end as over_at,
             case when ended_at is not null then ended_reason
                  when limit_at <= now() then case when limit_at = expires_at then 'absolute' else 'idle' end
             end as over_as
        from limited
    )
    select id, ip, user_agent, device_id, method, held_at, created_at, last_seen_at, expires_at, over_at, over_as, ended_by
      from told
     where over_at is null or over_at > now() - make_interval(days => ${ENDED_SHOWN_DAYS}::int)
     order by over_at desc nulls first, created_at desc
     limit ${ROWS_MAX}::int`);
  return rows.map(toRecord);
}

function toRecord(row: Row): SessionRecord {
  const ended =
    row.over_at === null || row.over_as === null
      ? null
      : { at: new Date(row.over_at), reason: row.over_as, by: row.ended_by };
  return {
    sessionId: row.id,
    ip: row.ip,
    userAgent: row.user_agent,
    deviceId: row.device_id,
    method: row.method,
    heldAt: row.held_at === null ? null : new Date(row.held_at),
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
    ended,
  };
}
