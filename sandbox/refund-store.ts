import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** A refund with what its charge lends it; `units` are smallest units at the charge's `decimals`. */
export type Refund = Readonly<{
  id: string;
  idempotencyKey: string;
  chargeId: string;
  units: bigint;
  decimals: bigint;
  currency: string;
  createdAt: string;
}>;

export type RefundFilter = Readonly<{ idempotencyKey: string | null; chargeId: string | null; limit: number }>;

export type RefundStore = ReturnType<typeof createRefundStore>;

export const newRefundId = (): string => `re_${randomBytes(12).toString("hex")}`;

export function createRefundStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO refunds (id, idempotency_key, charge_id, amount, created_at) VALUES (?, ?, ?, ?, ?)",
  );
  const list = database.prepare(
    `SELECT refunds.id, refunds.idempotency_key AS idempotencyKey, charge_id AS chargeId, refunds.amount AS units,
       decimals, currency, refunds.created_at AS createdAt
     FROM refunds JOIN charges ON charges.id = refunds.charge_id
     WHERE (:key IS NULL OR refunds.idempotency_key = :key) AND (:chargeId IS NULL OR charge_id = :chargeId)
     ORDER BY refunds.created_at DESC, refunds.id DESC LIMIT :limit`,
  );

  return {
    insert(refund: Omit<Refund, "decimals" | "currency">): void {
      insert.run(refund.id, refund.idempotencyKey, refund.chargeId, refund.units, refund.createdAt);
    },
    /** Newest first. The table is STRICT, so that a row is a Refund by construction. */
    list: ({ idempotencyKey, chargeId, limit }: RefundFilter): Refund[] =>
      list.all({ key: idempotencyKey, chargeId, limit }) as unknown as Refund[],
  };
}
