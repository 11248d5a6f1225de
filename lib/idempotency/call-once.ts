import { setTimeout as sleep } from "node:timers/promises";
import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import {
  completeKey,
  findKey,
  type Hold,
  type IdempotentRequest,
  insertKey,
  type KeyLinks,
  type KeyRecord,
  takeOverKey,
} from "./idempotency-store";
import { type IdempotentAnswer, keyInUse, storedAnswer, WAIT_FOR_FIRST_MS } from "./stored-answer";

/** A subject that this call, and for now no other, may act on and answer for. */
export type Held<Subject> = Readonly<{ subject: Subject; hold: Hold }>;

/** What a call under a key does that asks somebody outside of the database. `Subject` is what it is about, as its rows say. */
export type KeyedCall<Subject> = Readonly<{
  /** In milliseconds: longer than `perform` can take. A holder that lives has answered by then. */
  leaseMs: number;
  /**
   * Writes what is to be done as pending. `claim` must be the first statement; whatever was written is undone when it gives
   * null, for then another call has the key. What it throws leaves the key free.
   */
  begin: (tx: Transaction, claim: (links: KeyLinks) => Promise<Hold | null>) => Promise<Held<Subject> | null>;
  /** Reads what another call has begun and not finished. */
  resume: (record: KeyRecord) => Promise<Subject | null>;
  /** Asks, outside of any transaction; at once with the answer when the subject is settled already. */
  perform: (subject: Subject, heldAt: Date) => Promise<Performed>;
  /** The subject as it stands, if somebody else has settled it since; null otherwise. */
  settledSince: (subject: Subject) => Promise<Subject | null>;
}>;

export type Performed = Readonly<{
  answer: Readonly<{ status: number; body: string }>;
  /**
   * Writes the outcome, in one packet; false when another was faster, and then all of it is undone. Where the outcome is not
   * known, false when the subject is settled: an answer that says "pending" is stored only while that is so.
   */
  write: (tx: Transaction) => Promise<boolean>;
}>;

/**
 * How long a call waits before it asks again whether the first one has answered: soon at first, for most do at once, then ever
 * less often, so that a hundred which wait for a slow acquirer ask some 300 times a second and not 2,000.
 */
export function nextPause(pauseMs: number | null): number {
  return pauseMs === null ? 50 : Math.min(pauseMs * 1.5, 400);
}

/** Thrown inside the last transaction to undo it: another call holds the key now, or has settled the subject. */
class Superseded extends Error {}

/**
 * Does something outside of the database at most once per key.
 *
 * 1. One transaction claims the key and writes what is to be done as pending: from here on it exists, whatever dies.
 * 2. `perform` asks, outside of any transaction, under an id of ours that makes asking again harmless.
 * 3. One transaction writes what was said and the answer to be replayed, if this call still holds the key's fence.
 *
 * A crash before 3 leaves it pending; the next call with the key takes over when the lease ends. A call that found the key
 * taken begins nothing, even when the key's row goes meanwhile. Throws 409 `idempotency_key_in_use` then, and after ten seconds
 * of waiting for another call; 422 `idempotency_key_reused`; and what `begin` throws.
 */
export async function callOncePerKey<Subject>(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest,
  call: KeyedCall<Subject>,
): Promise<IdempotentAnswer> {
  const giveUpAt = performance.now() + WAIT_FOR_FIRST_MS;
  const begun = await transact(client, context, (tx) =>
    call.begin(tx, (links) => insertKey(tx, request, links, call.leaseMs)),
  );
  let found = begun ?? (await join(client, context, request, call));
  for (let pauseMs = nextPause(null); ; pauseMs = nextPause(pauseMs)) {
    if (found !== "running") {
      const answer = "hold" in found ? await finish(client, context, request, call, found) : found;
      if (answer) return answer;
    }
    if (performance.now() >= giveUpAt) throw keyInUse();
    await sleep(pauseMs);
    found = await join(client, context, request, call);
  }
}

/**
 * What a call finds that came second: the stored answer, something to take over, or a first call that is still running.
 * A first call that was refused is not found: until it was, this one waited for its row.
 */
async function join<Subject>(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest,
  call: KeyedCall<Subject>,
): Promise<IdempotentAnswer | Held<Subject> | "running"> {
  const record = await findKey(client.db, request);
  // It was there, and what it was claimed for may be. To begin anew could do it twice.
  if (!record) throw keyInUse();
  const answer = storedAnswer(record);
  if (answer) return answer;
  if (!record.leaseExpired) return "running";
  const hold = await transact(client, context, (tx) => takeOverKey(tx, request, call.leaseMs));
  const subject = hold && (await call.resume(record));
  return hold && subject ? { subject, hold } : "running";
}

/** Null when this call was superseded: what it learnt is dropped, and whoever superseded it will answer. */
async function finish<Subject>(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest,
  call: KeyedCall<Subject>,
  held: Held<Subject>,
): Promise<IdempotentAnswer | null> {
  const { answer, write } = await call.perform(held.subject, held.hold.heldAt);
  try {
    await transact(client, context, async (tx) => {
      const written = await Promise.all([completeKey(tx, request, held.hold.fence, answer), write(tx)]);
      if (!written.every(Boolean)) throw new Superseded();
    });
    return { ...answer, replayed: false };
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    // Another part of the product has settled it meanwhile: then what its rows say is the answer.
    const settled = await call.settledSince(held.subject);
    return settled && finish(client, context, request, call, { ...held, subject: settled });
  }
}
