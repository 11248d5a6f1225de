import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { completeKey, findKey, type IdempotentRequest, insertKey } from "./idempotency-store";
import { type IdempotentAnswer, keyInUse, storedAnswer } from "./stored-answer";

/** Never waited for: the key and its answer are committed together, so nobody else ever sees the lease. */
const LEASE_MS = 60_000;

/**
 * Runs work that lives in the database alone, once per key: key, change and answer are one commit. A work that throws
 * leaves the key free. Without a key it simply runs.
 */
export async function oncePerKey(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest | null,
  work: (tx: Transaction) => Promise<{ status: number; body: string }>,
): Promise<IdempotentAnswer> {
  return transact(client, context, async (tx) => {
    if (request && !(await insertKey(tx, request, null, LEASE_MS))) {
      const record = await findKey(tx, request);
      const answer = record && storedAnswer(record, request);
      if (!answer) throw keyInUse();
      return answer;
    }
    const answer = await work(tx);
    if (request) await completeKey(tx, request, 1, answer);
    return { ...answer, replayed: false };
  });
}
