import type { Transaction } from "@/db/transact";
import { insertEvent } from "@/lib/events/event-store";
import type { RefundOutcome } from "@/lib/gateway/payment-gateway";
import type { RefundId } from "@/lib/ids/id";
import { releaseClaim, settleClaim } from "./payment-moves-store";
import type { Scope } from "./payment-store";
import { refundResource } from "./refund-resource";
import { lockRefund, type RefundRecord, settleRefundRow } from "./refund-store";
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
