import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** A row of `callbacks`. `dueAt` is null once it was delivered, or given up. */
export type Callback = Readonly<{
  id: string;
  chargeId: string;
  type: string;
  body: string;
  /** How many times at once it is sent. */
  copies: bigint;
  attempts: bigint;
  /** What the last attempt came to: a status, or `lost`. */
  lastResult: string | null;
  /** Milliseconds since 1970. */
  dueAt: bigint | null;
  deliveredAt: string | null;
  createdAt: string;
}>;

export type NewCallback = Pick<Callback, "id" | "chargeId" | "type" | "body" | "copies" | "createdAt"> &
  Readonly<{ dueAt: bigint }>;

export type CallbackStore = ReturnType<typeof createCallbackStore>;

const COLUMNS = `id, charge_id AS chargeId, type, body, copies, attempts, last_result AS lastResult, due_at AS dueAt,
  delivered_at AS deliveredAt, created_at AS createdAt`;

export const newCallbackId = (): string => `cb_${randomBytes(12).toString("hex")}`;

export function createCallbackStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO callbacks (id, charge_id, type, body, copies, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const due = database.prepare(`SELECT ${COLUMNS} FROM callbacks WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?`);
  const next = database.prepare("SELECT min(due_at) AS dueAt FROM callbacks WHERE due_at > ?");
  const ofCharge = database.prepare(`SELECT ${COLUMNS} FROM callbacks WHERE charge_id = ? ORDER BY seq`);
  const note = database.prepare(
    `UPDATE callbacks SET attempts = attempts + 1, last_result = :result, due_at = :dueAt, delivered_at = :deliveredAt
     WHERE id = :id`,
  );

  return {
    insert({ id, chargeId, type, body, copies, dueAt, createdAt }: NewCallback): void {
      insert.run(id, chargeId, type, body, copies, dueAt, createdAt);
    },
    // The table is STRICT, so that a row is a Callback by construction.
    due: (now: number, limit: number): Callback[] => due.all(now, limit) as unknown as Callback[],
    /** When the next one after `now` falls due; null when there is none. */
    nextDueAt(now: number): number | null {
      const dueAt = next.get(now)?.dueAt;
      return typeof dueAt === "bigint" ? Number(dueAt) : null;
    },
    /** In the order in which they were written. */
    ofCharge: (chargeId: string): Callback[] => ofCharge.all(chargeId) as unknown as Callback[],
    /** Writes down an attempt and when the next one is due; null for never. */
    note(id: string, result: string, dueAt: number | null, deliveredAt: string | null): void {
      note.run({ id, result, dueAt, deliveredAt });
    },
  };
}
