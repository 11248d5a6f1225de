import type { Transaction } from "@/db/transact";
import type { Quota } from "@/lib/env";

/** What a limit decided. Seconds are whole and rounded up: waiting them is always enough. */
export type LimitDecision = Readonly<{
  allowed: boolean;
  remaining: number;
  /** Until the oldest accepted call leaves the window. */
  resetSeconds: number;
  /** Until another call will be accepted; 0 when this one was. */
  retryAfterSeconds: number;
}>;

/**
 * Where calls are counted: an exact sliding window for each subject, on the store's own clock. In no span of the window are more than
 * the limit accepted; refused calls leave no trace; simultaneous ones are judged one after another. One contract test holds both.
 */
export type LimitStore = Readonly<{
  /**
   * Takes one call of the subject. With a transaction, a call is counted once however often the database has it run again; whether
   * it is given back when the transaction fails is the store's own.
   */
  take: (subject: string, quota: Quota, tx?: Transaction) => Promise<LimitDecision>;
}>;
