import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { DeclineCode, Delivery } from "./test-cards";

export type ChargeState = "authorized" | "captured" | "voided" | "declined";

/** A row of `charges`; amounts are smallest units at `decimals`. */
export type Charge = Readonly<{
  id: string;
  idempotencyKey: string;
  merchant: string;
  reference: string | null;
  currency: string;
  decimals: bigint;
  amount: bigint;
  captured: bigint;
  refunded: bigint;
  state: ChargeState;
  declineCode: DeclineCode | null;
  last4: string;
  refundDelivery: Delivery;
  createdAt: string;
}>;

export type ChargeFilter = Readonly<{ reference: string | null; idempotencyKey: string | null; limit: number }>;

export type ChargeStore = ReturnType<typeof createChargeStore>;

const COLUMNS = `id, idempotency_key AS idempotencyKey, merchant, reference, currency, decimals, amount, captured,
  refunded, state, decline_code AS declineCode, last4, refund_delivery AS refundDelivery, created_at AS createdAt`;

export const newChargeId = (): string => `ch_${randomBytes(12).toString("hex")}`;

export function createChargeStore(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO charges (id, idempotency_key, merchant, reference, currency, decimals, amount, captured, refunded,
       state, decline_code, last4, refund_delivery, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING`,
  );
  const findById = database.prepare(`SELECT ${COLUMNS} FROM charges WHERE id = ?`);
  const capture = database.prepare(
    "UPDATE charges SET captured = :units, state = 'captured' WHERE id = :id AND state = 'authorized' AND amount >= :units",
  );
  const release = database.prepare("UPDATE charges SET state = 'voided' WHERE id = ? AND state = 'authorized'");
  const refund = database.prepare(
    "UPDATE charges SET refunded = refunded + :units WHERE id = :id AND captured >= refunded + :units",
  );

  return {
    /** False where the idempotency key is in the books already; nothing is written then. */
    insert(charge: Charge): boolean {
      const { id, idempotencyKey, merchant, reference, currency, decimals, amount, captured, refunded } = charge;
      const { state, declineCode, last4, refundDelivery, createdAt } = charge;
      const money = [currency, decimals, amount, captured, refunded] as const;
      const rest = [state, declineCode, last4, refundDelivery, createdAt] as const;
      return insert.run(id, idempotencyKey, merchant, reference, ...money, ...rest).changes === 1n;
    },
    find: (id: string): Charge | null => toCharge(findById.get(id)),
    /** Each of the three answers whether the books allowed it. */
    capture: (id: string, units: bigint): boolean => capture.run({ id, units }).changes === 1n,
    release: (id: string): boolean => release.run(id).changes === 1n,
    addRefund: (id: string, units: bigint): boolean => refund.run({ id, units }).changes === 1n,
    /** Newest first. */
    list({ reference, idempotencyKey, limit }: ChargeFilter): Charge[] {
      const conditions: string[] = [];
      const values: string[] = [];
      if (reference !== null) {
        conditions.push("reference = ?");
        values.push(reference);
      }
      if (idempotencyKey !== null) {
        conditions.push("idempotency_key = ?");
        values.push(idempotencyKey);
      }
      const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
      const query = `SELECT ${COLUMNS} FROM charges ${where} ORDER BY created_at DESC, seq DESC LIMIT ?`;
      return database
        .prepare(query)
        .all(...values, limit)
        .flatMap((row) => toCharge(row) ?? []);
    },
  };
}

// The table is STRICT and its constraints hold the unions, so that a row is a Charge by construction.
function toCharge(row: unknown): Charge | null {
  return row === undefined ? null : (row as Charge);
}
