import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { GatewayCallback } from "@/lib/gateway/gateway-callback";
import { logger } from "@/lib/logging/logger";
import { recordPayment } from "@/lib/metrics/instruments";
import type { OwnAcquirer } from "@/lib/payments/of-acquirer";
import {
  type CallbackKey,
  type CallbackOutcome,
  findOutcome,
  findScopeOf,
  insertCallback,
  noteOutcome,
} from "./callback-store";
import { judgeCallback, type Verdict } from "./judge-callback";

/** From where a callback came. */
export type CallbackOrigin = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

/**
 * Takes a callback whose signature was right, once: one that comes again, at the same moment too, is told what became of the
 * first and changes nothing. `own` is the acquirer whose signature it was. What does not fit our own rows is refused, what contradicts them ignored; both are reported.
 * Throws 503 for one that comes too early, and has not written it down: the acquirer sends it again.
 */
export async function receiveCallback(
  client: DatabaseClient,
  gateway: CallbackKey["gateway"],
  callback: GatewayCallback,
  origin: CallbackOrigin,
  own: OwnAcquirer,
): Promise<CallbackOutcome> {
  const { id: callbackId, kind, paymentId, subject } = callback;
  const key = { gateway, callbackId };
  const scope = paymentId === null ? null : await findScopeOf(client.db, paymentId);
  const actor = { type: "system", id: `${gateway}-callback` } as const;
  const context: AuditContext = { actor, merchantId: scope?.merchantId ?? null, ...origin };
  const verdict = await transact(client, context, async (tx): Promise<Verdict | CallbackOutcome> => {
    const known = scope === null ? null : paymentId;
    if (!(await insertCallback(tx, { ...key, kind, paymentId: known }))) {
      return (await findOutcome(tx, key)) ?? "ignored";
    }
    const judged: Verdict =
      scope !== null && paymentId !== null
        ? await judgeCallback(tx, { ...scope, id: paymentId }, subject, own)
        : withoutPayment(callback);
    await noteOutcome(tx, key, judged);
    if (judged.report) await recordAudit(tx, context, reportOf(key, callback, judged));
    return judged;
  });
  if (typeof verdict === "string") return verdict;
  if (verdict.outcome === "applied" && verdict.payment) recordPayment(verdict.payment);
  const line = { gateway, callback_id: callbackId, kind, payment_id: paymentId, reason: verdict.reason };
  if (verdict.report) logger.error(line, `a callback of the acquirer was ${verdict.outcome}`);
  else logger.info(line, `a callback of the acquirer was ${verdict.outcome}`);
  return verdict.outcome;
}

/** One that names a payment of ours that is not there: the acquirer may have charged for it. */
function withoutPayment({ paymentId, subject }: GatewayCallback): Verdict {
  if (paymentId !== null) return { outcome: "refused", reason: "no such payment", report: true };
  const reason = subject.about === "nothing" ? subject.reason : "about no payment of ours";
  return { outcome: "ignored", reason, report: false };
}

function reportOf(
  { gateway, callbackId }: CallbackKey,
  { kind, paymentId }: GatewayCallback,
  { outcome, reason }: Verdict,
) {
  return {
    action: `gateway_callback.${outcome}`,
    outcome: "denied",
    resourceType: "payment",
    resourceId: paymentId,
    details: { gateway, callback_id: callbackId, kind, reason },
  } as const;
}
