/**
 * The books. Amounts are whole smallest units at the charge's own decimals. The ceilings (refunded ≤ captured ≤
 * amount) are constraints here, so that no order of calls can pass them. Of a card only the last four digits are kept.
 */
export const LEDGER_SCHEMA = `
CREATE TABLE IF NOT EXISTS charges (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  idempotency_key TEXT NOT NULL UNIQUE,
  merchant TEXT NOT NULL,
  reference TEXT,
  currency TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  captured INTEGER NOT NULL CHECK (captured BETWEEN 0 AND amount),
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND captured),
  state TEXT NOT NULL CHECK (state IN ('authorized', 'captured', 'voided', 'declined')),
  decline_code TEXT,
  last4 TEXT NOT NULL CHECK (length(last4) = 4),
  refund_delivery TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CHECK ((state = 'captured') = (captured > 0)),
  CHECK ((state = 'declined') = (decline_code IS NOT NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS charges_by_reference ON charges (reference) WHERE reference IS NOT NULL;
CREATE INDEX IF NOT EXISTS charges_by_time ON charges (created_at, seq);

CREATE TABLE IF NOT EXISTS refunds (
  id TEXT PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  charge_id TEXT NOT NULL REFERENCES charges (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS refunds_by_charge ON refunds (charge_id);

CREATE TABLE IF NOT EXISTS callbacks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  charge_id TEXT NOT NULL REFERENCES charges (id),
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  copies INTEGER NOT NULL CHECK (copies > 0),
  attempts INTEGER NOT NULL DEFAULT 0,
  last_result TEXT,
  due_at INTEGER,
  delivered_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS callbacks_by_charge ON callbacks (charge_id);

CREATE TABLE IF NOT EXISTS answers (
  idempotency_key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS idle_calls (
  idempotency_key TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
