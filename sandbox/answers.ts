import type { DatabaseSync } from "node:sqlite";
import type { Delivery } from "./test-cards";

/** What a call is answered with, and how the answer travels. */
export type Outcome = Readonly<{ status: number; body: string; replayed: boolean; delivery: Delivery }>;

/** `kept` is decided for good: repeats with the key get the same answer. `dropped` leaves no trace and keeps the key free. */
export type Decision = Readonly<{ kind: "kept" | "dropped"; status: number; body: object; delivery: Delivery }>;

export type Answers = ReturnType<typeof createAnswers>;

const kept = (status: number, body: object, delivery: Delivery): Decision => ({ kind: "kept", status, body, delivery });

export const decided = {
  kept,
  refused: (status: number, code: string, message: string): Decision =>
    kept(status, errorBody(code, message), "at_once"),
  dropped: (status: number, code: string, message: string, delivery: Delivery = "at_once"): Decision => ({
    kind: "dropped",
    status,
    body: errorBody(code, message),
    delivery,
  }),
} as const;

export const errorBody = (code: string, message: string) => ({ error: { code, message } });

const KEY_CONFLICT = decided.dropped(
  409,
  "idempotency_conflict",
  "This idempotency key was used for something else. Use a new key for a new request.",
);

/** Remembers the answer of each idempotency key, and how many calls with it were left idle. */
export function createAnswers(database: DatabaseSync) {
  const find = database.prepare("SELECT request, status, body FROM answers WHERE idempotency_key = ?");
  const insert = database.prepare("INSERT INTO answers (idempotency_key, request, status, body) VALUES (?, ?, ?, ?)");
  const countIdle = database.prepare(
    `INSERT INTO idle_calls (idempotency_key, count) VALUES (?, 1)
     ON CONFLICT (idempotency_key) DO UPDATE SET count = count + 1 RETURNING count`,
  );

  return {
    conflict: KEY_CONFLICT,
    /** Acts at most once for a key. `request` describes the call; the key with another description is a conflict. */
    once(key: string, request: string, act: () => Decision): Outcome {
      const stored = find.get(key);
      if (stored === undefined) {
        const decision = act();
        const outcome = toOutcome(decision);
        if (decision.kind === "kept") insert.run(key, request, outcome.status, outcome.body);
        return outcome;
      }
      if (stored.request !== request) return toOutcome(KEY_CONFLICT);
      return { status: Number(stored.status), body: String(stored.body), replayed: true, delivery: "at_once" };
    },
    /** Counts this call and tells its place among the calls with the key, from 1. */
    countCall: (key: string): number => Number(countIdle.get(key)?.count),
  };
}

const toOutcome = ({ status, body, delivery }: Decision): Outcome => ({
  status,
  body: JSON.stringify(body),
  replayed: false,
  delivery,
});
