import { unitsAtScale } from "./amounts";
import { type Charge, type ChargeStore, newChargeId } from "./charge-store";
import { newRefundId, type RefundStore } from "./refund-store";
import type { HistoricalCharge } from "./requests";

export type ImportResult = Readonly<{ imported: number; skipped: number }>;

/** A charge whose own figures contradict each other; `index` is its place in the import. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly index: number;

  constructor(index: number) {
    super(
      `Charge ${index} of the import gives back more than was taken, takes more than its amount, or is too precise.`,
    );
    this.index = index;
  }
}

/**
 * Puts charges of the past into the books, all or none; those whose idempotency key is there already are skipped.
 * Runs inside a ledger write. Throws {@link HistoryError}.
 */
export function importHistory(
  charges: ChargeStore,
  refunds: RefundStore,
  history: readonly HistoricalCharge[],
): ImportResult {
  let imported = 0;
  history.forEach((historical, index) => {
    const { charge, refundUnits } = toCharge(historical, index);
    if (!charges.insert(charge)) return;
    imported += 1;
    if (historical.status !== "captured") return;
    historical.refunds.forEach((refund, place) => {
      refunds.insert({
        id: newRefundId(),
        idempotencyKey: refund.idempotency_key,
        chargeId: charge.id,
        units: refundUnits[place] ?? 0n,
        createdAt: refund.created_at,
      });
    });
  });
  return { imported, skipped: history.length - imported };
}

function toCharge(historical: HistoricalCharge, index: number): { charge: Charge; refundUnits: readonly bigint[] } {
  const { amount, status } = historical;
  const atScale = (part: typeof amount): bigint => {
    const units = unitsAtScale(part, amount.decimals);
    if (units === null) throw new HistoryError(index);
    return units;
  };
  const captured = status === "captured" ? atScale(historical.captured ?? amount) : 0n;
  const refundUnits = status === "captured" ? historical.refunds.map((refund) => atScale(refund.amount)) : [];
  const refunded = refundUnits.reduce((sum, units) => sum + units, 0n);
  if (captured > amount.units || refunded > captured) throw new HistoryError(index);
  const charge: Charge = {
    id: historical.id ?? newChargeId(),
    idempotencyKey: historical.idempotency_key,
    merchant: historical.merchant,
    reference: historical.reference,
    currency: historical.currency,
    decimals: BigInt(amount.decimals),
    amount: amount.units,
    captured,
    refunded,
    state: status,
    declineCode: status === "declined" ? historical.decline_code : null,
    last4: historical.card.last4,
    refundDelivery: "at_once",
    createdAt: historical.created_at,
  };
  return { charge, refundUnits };
}
