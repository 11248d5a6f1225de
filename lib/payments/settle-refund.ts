import type { Transaction } from "@/db/transact";
import { insertEvent } from "@/lib/events/event-store";
import type { RefundOutcome } from "@/lib/gateway/payment-gateway";
import type { RefundId } from "@/lib/ids/id";
import { releaseClaim, returnRefunded, settleClaim } from "./payment-moves-store";
import type { Scope } from "./payment-store";
import { refundResource } from "./refund-resource";
import { failReturnedRow, lockRefund, type RefundRecord, settleRefundRow } from "./refund-store";
import type { Settled } from "./settle-payment";

/**
 * Settles a pending refund by the acquirer's own word. One that is settled already stays as it is; an unknown outcome
 * changes nothing. Null when there is no such refund.
 */
export async function settleRefund(
  tx: Transaction,
  { id, ...scope }: Scope & Readonly<{ id: RefundId }>,
  outcome: RefundOutcome,
): Promise<Settled<RefundRecord> | null> {
  const refund = await lockRefund(tx, scope, id);
  if (!refund) return null;
  const after = refund.status === "pending" ? refundAfter(refund, outcome) : null;
  if (after === null) return { changed: false, now: refund };
  if (!(await writeRefundSettlement(tx, after))) throw new Error("a locked refund moved");
  return { changed: true, now: after };
}

/** A refund whose outcome is known. */
export type SettledRefund = RefundRecord & Readonly<{ status: "succeeded" | "failed" }>;

/** What an outcome makes of a pending refund; null when it is not known. */
export function refundAfter(refund: RefundRecord, outcome: RefundOutcome): SettledRefund | null {
  switch (outcome.kind) {
    case "succeeded":
      return { ...refund, status: "succeeded", gatewayReference: outcome.gatewayReference };
    case "refused":
      return { ...refund, status: "failed", failureCode: outcome.code };
    case "unknown":
      return null;
  }
}

/** Everything that changes, in one packet; false when the caller must undo it, for another was faster. */
export async function writeRefundSettlement(tx: Transaction, refund: SettledRefund): Promise<boolean> {
  const { id, merchantId, mode, status, gatewayReference, failureCode, paymentId, amountMinor } = refund;
  const written = await Promise.all([
    settleRefundRow(tx, id, { status, gatewayReference, failureCode }),
    status === "succeeded" ? settleClaim(tx, paymentId, amountMinor) : releaseClaim(tx, paymentId, amountMinor),
    insertEvent(tx, {
      scope: { merchantId, mode },
      type: `refund.${status}`,
      resourceId: id,
      data: refundResource(refund),
    }),
  ]);
  return written[0] && written[1];
}

/**
 * What had been given back has come back: the customer's bank did not take it, and the acquirer has it again. The refund has
 * then failed, and its money may be refunded anew. False when it has not succeeded; what is pending is settled by
 * {@link settleRefund}.
 */
export async function settleReturnedRefund(
  tx: Transaction,
  { id, ...scope }: Scope & Readonly<{ id: RefundId }>,
  { code }: Extract<RefundOutcome, { kind: "refused" }>,
): Promise<boolean> {
  const refund = await lockRefund(tx, scope, id);
  if (refund?.status !== "succeeded") return false;
  const after: RefundRecord = { ...refund, status: "failed", failureCode: code };
  const written = await Promise.all([
    failReturnedRow(tx, id, code),
    returnRefunded(tx, refund.paymentId, refund.amountMinor),
    insertEvent(tx, { scope, type: "refund.failed", resourceId: id, data: refundResource(after) }),
  ]);
  if (!(written[0] && written[1])) throw new Error("a locked refund moved");
  return true;
}
