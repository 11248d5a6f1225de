import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { AcrossTries } from "@/db/across-tries";
import type { Queryable } from "@/db/client";
import type { Transaction } from "@/db/transact";
import { recordChange } from "@/lib/audit/record";
import { sha256 } from "@/lib/crypto/digest";
import { randomToken } from "@/lib/crypto/random";
import { type DeviceId, newId, type SessionId } from "@/lib/ids/id";
import { type RedisClient, RedisUnavailable } from "@/lib/redis/redis-client";
import * as answers from "./redis-session-answers";
import * as scripts from "./redis-session-scripts";
import { findSessionPerson } from "./session-person-store";
import {
  type CurrentSession,
  ENDED_AT_ONCE_MAX,
  type NamedSession,
  type NewSession,
  type SessionLimits,
  type SessionRef,
  type SessionStore,
} from "./session-store";
import { isSessionToken, TOUCH_SECONDS_MAX } from "./session-token";

/**
 * A session whose token no browser has shown within this time is gone without a trace: its sign-in failed after Redis had
 * made it, or its answer was lost.
 */
const FIRST_USE_SECONDS = 120;

type Dependencies = Readonly<{ redis: RedisClient; db: Queryable; limits: SessionLimits }>;

/**
 * Sessions in Redis, over Upstash's protocol: used when it is configured. Redis has the sessions and its own clock; whom
 * they stand for is asked of Postgres each time, so that a role, a policy or a disabled user counts at once. What the
 * triggers write in Postgres is written here, in the transaction at hand (docs/decisions/007-sessions-in-redis.md).
 */
export function redisSessionStore({ redis, db, limits }: Dependencies): SessionStore {
  const run = <Answer extends z.ZodType>(answer: Answer, script: string, ...args: string[]) =>
    runScript(redis, limits, answer, script, args);
  const made = new AcrossTries<Made>();
  const tokens = new AcrossTries<string>();
  const changes = new AcrossTries<answers.Changed | null>();
  const ends = new AcrossTries<readonly answers.EndedOne[]>();
  const change = async (tx: Transaction, script: string, args: string[], note: Note) => {
    const changed = await changes.act(tx, JSON.stringify([script, args]), async (before) => {
      return before ?? (await run(answers.changedAnswer, script, ...args)).changed ?? null;
    });
    if (changed) await recordUpdate(tx, changed, note(changed));
    return changed !== null;
  };
  /** Each run ends what is there by then, and records also what the runs before it have ended. */
  const end = async (tx: Transaction, script: string, ...args: string[]) => {
    const all = await ends.act(tx, JSON.stringify([script, args]), async (before = []) => {
      return [...before, ...(await run(answers.ended, script, ...args)).ended];
    });
    return recordEnds(tx, all);
  };
  return {
    create: async (tx, session) => {
      const name = JSON.stringify(session);
      const one = await made.act(tx, name, async (before) => before ?? makeSession(run, limits, session));
      await recordMade(tx, session, one);
      return { token: one.token, sessionId: one.sessionId };
    },
    resolve: async (token) => (isSessionToken(token) ? resolveSession(run, db, limits, token) : null),
    findNamed: async (token) => (isSessionToken(token) ? findNamed(run, db, token) : null),
    end: async (tx, ref, reason, endedBy) => (await end(tx, scripts.END, ...refArgs(ref), reason, endedBy ?? "")) === 1,
    endAll: (tx, userId, { except, reason, endedBy }) =>
      end(tx, scripts.END_ALL, userId, except ?? "", reason, endedBy ?? ""),
    rotate: async (tx, sessionId) => {
      const token = await tokens.act(tx, sessionId, async (before) => before ?? randomToken());
      const masked = { token_hash: "[masked]" };
      return (await change(tx, scripts.ROTATE, [sessionId, hashOf(token)], () => [masked, masked])) ? token : null;
    },
    list: async (userId) => {
      const { listed } = await run(answers.listed, scripts.LIST, userId);
      return answers.inListOrder(listed.map(answers.toRecord));
    },
    moveTo: (tx, sessionId, ip) => change(tx, scripts.MOVE_TO, [sessionId, ip ?? "", "", ""], moved(ip)),
    release: (tx, sessionId, { ip, deviceId }) =>
      change(tx, scripts.MOVE_TO, [sessionId, ip ?? "", "release", deviceId], moved(ip, deviceId)),
    hold: (tx, sessionId) => change(tx, scripts.HOLD, [sessionId], () => [{ held: false }, { held: true }]),
    endOverdue: (tx) => end(tx, scripts.END_OVERDUE, String(ENDED_AT_ONCE_MAX)),
    reach: async () => {
      await redis.run("return 1", []);
    },
  };
}

type Run = <Answer extends z.ZodType>(answer: Answer, script: string, ...args: string[]) => Promise<z.output<Answer>>;
type Values = readonly [old: Record<string, unknown>, fresh: Record<string, unknown>];
/** What is recorded of a change; null for one that is none. */
type Note = (was: answers.Changed) => Values | null;

/** `deviceId` only where it is released there; null leaves the device as it is. */
function moved(ip: string | null, deviceId: DeviceId | null = null) {
  return ({ ip: ipBefore = null, device = null, held }: answers.Changed): Values | null => {
    const device_id = deviceId ?? device;
    return ipBefore === ip && device === device_id && held === undefined
      ? null
      : [
          { ip: ipBefore, device_id: device, held: held !== undefined },
          { ip, device_id, held: false },
        ];
  };
}

/** The same number goes with each try of one call: whatever it changes, it changes once. */
async function runScript<Answer extends z.ZodType>(
  redis: RedisClient,
  { idleSeconds }: SessionLimits,
  answer: Answer,
  script: string,
  args: readonly string[],
): Promise<z.output<Answer>> {
  const said = await redis.run(script, [randomUUID(), micros(idleSeconds), ...args]);
  const parsed = answer.safeParse(said);
  if (parsed.success) return parsed.data;
  // Somebody else's writing, or half an answer. Nobody gets in by it.
  throw new RedisUnavailable("Redis answered what makes no sense");
}

function hashOf(token: string): string {
  return sha256(token).toString("hex");
}

function micros(seconds: number): string {
  return String(Math.round(seconds * 1_000_000));
}

function refArgs(ref: SessionRef): [string, string, string] {
  return "token" in ref ? [hashOf(ref.token), "", ""] : ["", ref.sessionId, ref.userId ?? ""];
}

type Made = Readonly<{
  token: string;
  sessionId: SessionId;
  ended: readonly answers.EndedOne[];
  expires: Date;
}>;

async function makeSession(run: Run, limits: SessionLimits, session: NewSession): Promise<Made> {
  const token = randomToken();
  const sessionId = newId("ses");
  const { userId, merchantId, ip, userAgent, deviceId, method, replacesToken } = session;
  const { ended, expires } = await run(
    answers.created,
    scripts.CREATE,
    ...[sessionId, hashOf(token), userId, merchantId, ip ?? "", userAgent ?? "", deviceId ?? "", method],
    replacesToken === null ? "" : hashOf(replacesToken),
    ...[micros(limits.absoluteSeconds), String(limits.maxPerUser), String(FIRST_USE_SECONDS)],
  );
  return { token, sessionId, ended, expires };
}

async function recordMade(tx: Transaction, session: NewSession, { sessionId, ended, expires }: Made): Promise<void> {
  const { userId, merchantId, ip, userAgent, deviceId, method } = session;
  await recordEnds(tx, ended);
  await recordChange(tx, {
    ...{ merchantId, resourceType: "session", resourceId: sessionId, verb: "created", oldValues: null },
    newValues: {
      ...{ id: sessionId, user_id: userId, merchant_id: merchantId, ip, user_agent: userAgent, device_id: deviceId },
      ...{ method, expires_at: expires.toISOString() },
    },
  });
}

async function resolveSession(
  run: Run,
  db: Queryable,
  { idleSeconds }: SessionLimits,
  token: string,
): Promise<CurrentSession | null> {
  const touchSeconds = Math.min(TOUCH_SECONDS_MAX, idleSeconds / 10);
  const session = await run(answers.resolved, scripts.RESOLVE, hashOf(token), micros(touchSeconds));
  if (session === null) return null;
  const { id, user, merchant, created, expires, ip, device, held, method } = session;
  const person = await findSessionPerson(db, user, merchant);
  if (person === null) return null;
  const place = { ip, deviceId: device, heldAt: held ?? null };
  return { sessionId: id, ...person, createdAt: created, expiresAt: expires, ...place, method };
}

async function findNamed(run: Run, db: Queryable, token: string): Promise<NamedSession | null> {
  const found = await run(answers.foundNamed, scripts.FIND_NAMED, hashOf(token));
  if (found === null) return null;
  const { id: sessionId, user: userId, merchant: merchantId, state } = found;
  const isDisabled = state === "live" && (await findSessionPerson(db, userId, merchantId)) === null;
  return { sessionId, userId, merchantId, state: isDisabled ? "user_disabled" : state };
}

async function recordEnds(tx: Transaction, ended: readonly answers.EndedOne[]): Promise<number> {
  for (const { id, merchant, reason, by } of ended) {
    await recordChange(tx, {
      ...{ merchantId: merchant, resourceType: "session", resourceId: id, verb: "ended" },
      oldValues: { ended_reason: null, ended_by: null },
      newValues: { ended_reason: reason, ended_by: by },
    });
  }
  return ended.length;
}

async function recordUpdate(tx: Transaction, { id, merchant }: answers.Changed, values: Values | null): Promise<void> {
  if (values === null) return;
  const [oldValues, newValues] = values;
  await recordChange(tx, {
    ...{ merchantId: merchant, resourceType: "session", resourceId: id, verb: "updated" },
    oldValues,
    newValues,
  });
}
