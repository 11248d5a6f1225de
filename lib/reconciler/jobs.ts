import type { JobResult, PgBoss } from "pg-boss";
import { RECONCILE } from "@/db/queue/boss";
import { logger } from "@/lib/logging/logger";
import { leaseMs, type PaymentServices } from "@/lib/payments/payment-services";
import { findDue, type Place } from "./due-store";
import { reconcile } from "./reconcile";
import { idOf, type Subject, subjectSchema } from "./subject";

const PAGE = 500;
/** Beyond the acquirer's deadline: for the database. */
const JOB_MARGIN_SECONDS = 5;

/**
 * Puts one page of what is due into the queue at each call: a great heap of it neither hides what is new nor floods the queue.
 * By default something is due when its own call is over for sure. True while there are more pages.
 */
export function enqueuer(
  queue: PgBoss,
  services: () => Promise<PaymentServices>,
  dueAfterMs?: number,
): () => Promise<boolean> {
  let place: Place | null = null;
  return async () => {
    const ready = await services();
    const { subjects, next } = await findDue(ready.client.db, ready.gateway, dueAfterMs ?? leaseMs(ready), place, PAGE);
    place = next;
    if (subjects.length === 0) return false;
    const expireInSeconds = Math.ceil(ready.gatewayTimeoutMs / 1000) + JOB_MARGIN_SECONDS;
    await queue.insert(
      RECONCILE.name,
      subjects.map((data) => ({ data, singletonKey: idOf(data), expireInSeconds })),
    );
    return next !== null;
  };
}

/** One job. A failed one is tried again later: the outcome is still unknown, or something of ours did not work. */
export async function work(services: PaymentServices, jobId: string, data: unknown): Promise<JobResult> {
  try {
    const subject: Subject = subjectSchema.parse(data);
    const about = { kind: subject.kind, subject_id: idOf(subject), payment_id: subject.paymentId };
    const done = await reconcile(services, subject);
    if (done.kind === "unknown") {
      logger.warn({ ...about, reason: done.reason }, "the acquirer has not said what became of it; it is asked again");
      return { id: jobId, status: "failed", output: { reason: done.reason } };
    }
    if (done.kind === "settled") logger.info({ ...about, status: done.status }, "settled by the acquirer's word");
    return { id: jobId, status: "completed" };
  } catch (error) {
    logger.error({ err: error, job_id: jobId }, "a pending payment could not be looked at; it is tried again");
    return { id: jobId, status: "failed", output: { reason: "an error of ours" } };
  }
}
