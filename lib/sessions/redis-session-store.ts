import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Queryable } from "@/db/client";
import type { Transaction } from "@/db/transact";
import { recordChange } from "@/lib/audit/record";
import { sha256 } from "@/lib/crypto/digest";
import { randomToken } from "@/lib/crypto/random";
import { newId } from "@/lib/ids/id";
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
  const change = async (
    tx: Transaction,
    script: string,
    args: string[],
    note: (was: answers.Changed) => Values | null,
  ) => {
    const { changed } = await run(answers.changedAnswer, script, ...args);
    if (changed) await recordUpdate(tx, changed, note(changed));
    return changed !== undefined;
  };
  return {
    create: (tx, session) => createSession(run, limits, tx, session),
    resolve: async (token) => (isSessionToken(token) ? resolveSession(run, db, limits, token) : null),
    findNamed: async (token) => (isSessionToken(token) ? findNamed(run, db, token) : null),
    end: async (tx, ref, reason, endedBy) => {
      const ended = await run(answers.ended, scripts.END, ...refArgs(ref), reason, endedBy ?? "");
      return (await recordEnds(tx, ended.ended)) === 1;
    },
    endAll: async (tx, userId, { except, reason, endedBy }) => {
      const { ended } = await run(answers.ended, scripts.END_ALL, userId, except ?? "", reason, endedBy ?? "");
      return recordEnds(tx, ended);
    },
    rotate: async (tx, sessionId) => {
      const token = randomToken();
      const args = [sessionId, hashOf(token)];
      const rotated = await change(tx, scripts.ROTATE, args, () => [
        { token_hash: "[masked]" },
        { token_hash: "[masked]" },
      ]);
      return rotated ? token : null;
    },
    list: async (userId) => {
      const { listed } = await run(answers.listed, scripts.LIST, userId);
      return answers.inListOrder(listed.map(answers.toRecord));
    },
    moveTo: (tx, sessionId, ip) => change(tx, scripts.MOVE_TO, [sessionId, ip ?? "", ""], moved(ip)),
    release: (tx, sessionId, ip) => change(tx, scripts.MOVE_TO, [sessionId, ip ?? "", "release"], moved(ip)),
    hold: (tx, sessionId) => change(tx, scripts.HOLD, [sessionId], () => [{ held: false }, { held: true }]),
    endOverdue: async (tx) => {
      const { ended } = await run(answers.ended, scripts.END_OVERDUE, String(ENDED_AT_ONCE_MAX));
      return recordEnds(tx, ended);
    },
  };
}

type Run = <Answer extends z.ZodType>(answer: Answer, script: string, ...args: string[]) => Promise<z.output<Answer>>;
type Values = readonly [old: Record<string, unknown>, fresh: Record<string, unknown>];

function moved(ip: string | null) {
  return ({ ip: before = null, held }: answers.Changed): Values | null =>
    before === ip && held === undefined
      ? null
      : [
          { ip: before, held: held !== undefined },
          { ip, held: false },
        ];
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

async function createSession(run: Run, limits: SessionLimits, tx: Transaction, session: NewSession) {
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
  await recordEnds(tx, ended);
  await recordChange(tx, {
    ...{ merchantId, resourceType: "session", resourceId: sessionId, verb: "created", oldValues: null },
    newValues: {
      ...{ id: sessionId, user_id: userId, merchant_id: merchantId, ip, user_agent: userAgent, device_id: deviceId },
      ...{ method, expires_at: expires.toISOString() },
    },
  });
  return { token, sessionId };
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
  const { id, user, merchant, created, expires, ip, held, method } = session;
  const person = await findSessionPerson(db, user, merchant);
  if (person === null) return null;
  return { sessionId: id, ...person, createdAt: created, expiresAt: expires, ip, heldAt: held ?? null, method };
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
