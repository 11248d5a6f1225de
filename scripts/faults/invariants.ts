import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { verifyChain } from "@/lib/audit/verify-chain";
import { PAYMENT_MOVES } from "@/lib/payments/state-machine";
import { call, exchange } from "./client";
import { chargesOf, type LedgerCharge, refundsOf } from "./ledger";
import type { Plant } from "./plant";
import type { Shop } from "./shop";

const SEALED_WITHIN_MS = 15_000;

type PaymentRow = Readonly<{
  id: string;
  status: string;
  reference: string | null;
  amount: string;
  captured: string;
  refunded: string;
  refund_pending: string;
}>;

/** Looks at what a run has left behind. One line for each violation; none is what there should be. */
export async function checkInvariants(shop: Shop, logsFrom: readonly number[]): Promise<string[]> {
  const { plant } = shop;
  const pending = await waitUntilSettled(shop);
  const payments = await paymentsOf(shop);
  const charges = await chargesOf(plant.sandbox.url, shop.name);
  return [
    ...shop.shocks.map((shock) => `an answer that nobody may see: ${shock}`),
    ...pending.map((id) => `I2: ${id} is still pending after ${shop.deadlineMs / 1000} s`),
    ...oneCharge(payments, charges),
    ...sameBooks(payments, charges),
    ...(await sameRefunds(shop, payments, charges)),
    ...ceilings(payments),
    ...(await auditTrail(shop)),
    ...secretsInLogs(shop, logsFrom),
    ...(await nobodyGetsIn(plant, shop)),
  ];
}

/** How long each server's log is now: what a run wrote comes after that. */
export const logLengths = ({ sites }: Plant): number[] => sites.map(({ logFile }) => statSync(logFile).size);

async function waitUntilSettled({ plant, merchantId, deadlineMs }: Shop): Promise<string[]> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const rows = await plant.owner.pool<{ id: string }[]>`
      select id from payments where merchant_id = ${merchantId} and status = 'pending'
      union all select id from payment_operations where merchant_id = ${merchantId} and status = 'pending'
      union all select id from refunds where merchant_id = ${merchantId} and status = 'pending'`;
    if (rows.length === 0 || performance.now() > giveUpAt) return rows.map(({ id }) => id);
    await sleep(200);
  }
}

/** The tests pay in dollars alone: two decimals. */
async function paymentsOf({ plant, merchantId }: Shop): Promise<PaymentRow[]> {
  return plant.owner.pool<PaymentRow[]>`
    select id, status, reference, round(amount_minor / 100, 2)::text as amount, round(captured_minor / 100, 2)::text as captured,
           round(refunded_minor / 100, 2)::text as refunded, round(refund_pending_minor / 100, 2)::text as refund_pending
      from payments where merchant_id = ${merchantId}`;
}

/** I1: each key has a reference of its own here. */
function oneCharge(payments: readonly PaymentRow[], charges: readonly LedgerCharge[]): string[] {
  const twice = <T>(items: readonly T[], of: (item: T) => string | null) =>
    Object.entries(Object.groupBy(items, (item) => of(item) ?? "")).flatMap(([reference, group]) =>
      group && group.length > 1 ? [`${reference} ${group.length} times`] : [],
    );
  return [
    ...twice(charges, ({ reference }) => reference).map((what) => `I1: charged ${what}`),
    ...twice(payments, ({ reference }) => reference).map((what) => `I1: written down ${what}`),
  ];
}

/** I2: what we have is what the acquirer has. */
function sameBooks(payments: readonly PaymentRow[], charges: readonly LedgerCharge[]): string[] {
  const known = new Map(payments.map((payment) => [payment.id, payment]));
  const booked = new Map(charges.map((charge) => [charge.idempotency_key, charge]));
  const strangers = charges.filter(({ idempotency_key: key }) => !known.has(key));
  return [
    ...strangers.map(({ id }) => `I2: the acquirer has ${id}, and we have no payment for it`),
    ...payments.flatMap((payment) => {
      const charge = booked.get(payment.id);
      if (!charge) return [`I2: ${payment.id} is ${payment.status}, and the acquirer has no charge for it`];
      const ours = [payment.status, payment.amount, payment.captured, payment.refunded].join(" ");
      const status = charge.status === "declined" ? "failed" : charge.status;
      const theirs = [status, charge.amount, charge.captured, charge.refunded].join(" ");
      return ours === theirs ? [] : [`I2: ${payment.id} is "${ours}" here and "${theirs}" at the acquirer`];
    }),
  ];
}

async function sameRefunds(
  { plant, merchantId }: Shop,
  payments: readonly PaymentRow[],
  charges: readonly LedgerCharge[],
): Promise<string[]> {
  const rows = await plant.owner.pool<{ id: string; payment_id: string; amount: string }[]>`
    select id, payment_id, round(amount_minor / 100, 2)::text as amount from refunds
     where merchant_id = ${merchantId} and status = 'succeeded'`;
  const faults: string[] = [];
  for (const { id, idempotency_key: paymentId } of charges) {
    const lineOf = (refund: { amount: string }, key: string) => `${key} ${refund.amount}`;
    const theirs = (await refundsOf(plant.sandbox.url, id)).map((refund) => lineOf(refund, refund.idempotency_key));
    const ours = rows.filter((row) => row.payment_id === paymentId).map((row) => lineOf(row, row.id));
    const sorted = (lines: string[]) => lines.toSorted().join(", ");
    if (sorted(ours) !== sorted(theirs)) {
      faults.push(`I2: the refunds of ${paymentId} are [${sorted(ours)}] here and [${sorted(theirs)}] at the acquirer`);
    }
  }
  for (const { id, refunded } of payments) {
    const cents = rows.filter((row) => row.payment_id === id).reduce((sum, { amount }) => sum + toCents(amount), 0n);
    if (cents !== toCents(refunded)) faults.push(`I3: ${id} has ${refunded} refunded, and its refunds add to ${cents}`);
  }
  return faults;
}

/** I3. */
function ceilings(payments: readonly PaymentRow[]): string[] {
  return payments.flatMap(({ id, amount, captured, refunded, refund_pending }) => {
    const given = toCents(refunded) + toCents(refund_pending);
    const isWithin = given <= toCents(captured) && toCents(captured) <= toCents(amount);
    return isWithin ? [] : [`I3: ${id} has ${given} of ${captured} of ${amount}`];
  });
}

const toCents = (decimal: string) => BigInt(decimal.replace(".", ""));

/** I4: the chain verifies, each transition has one row and one event, and each is a legal one. */
async function auditTrail({ plant, merchantId }: Shop): Promise<string[]> {
  const { pool } = plant.owner;
  const giveUpAt = performance.now() + SEALED_WITHIN_MS;
  for (;;) {
    const [row] = await pool<{ waiting: number }[]>`
      select count(*)::int as waiting from audit_queue q join audit_entries e on e.id = q.entry_id
       where e.merchant_id = ${merchantId}`;
    if (row?.waiting === 0) break;
    if (performance.now() > giveUpAt) return ["I4: the audit trail is not sealed"];
    await sleep(200);
  }
  const verdict = await verifyChain(plant.app.db, merchantId);
  const broken = verdict.kind === "broken" ? [`I4: the chain is broken at ${verdict.sequence}: ${verdict.reason}`] : [];
  const rows = await pool<{ id: string; now: string; statuses: string[]; told: string[] }[]>`
    select r.id, r.status as now,
           (select coalesce(jsonb_agg(e.new_values ->> 'status' order by e.id), '[]') from audit_entries e
             where e.resource_id = r.id and e.new_values ? 'status') as statuses,
           (select coalesce(jsonb_agg(split_part(v.type, '.', 2) order by v.position), '[]') from events v
             where v.resource_id = r.id) as told
      from (select id, status, merchant_id from payments union all select id, status, merchant_id from refunds) as r
     where r.merchant_id = ${merchantId}`;
  return [...broken, ...rows.flatMap(({ id, now, statuses, told }) => badWay(id, now, statuses, told))];
}

const MOVES: Readonly<Record<string, readonly string[]>> = { ...PAYMENT_MOVES };

function badWay(id: string, now: string, statuses: readonly string[], told: readonly string[]): string[] {
  const isRefund = id.startsWith("ref_");
  const moves = isRefund ? { pending: ["succeeded", "failed"] } : MOVES;
  const isLegal =
    statuses[0] === "pending" &&
    statuses.at(-1) === now &&
    statuses.every((status, index) => index === 0 || moves[statuses[index - 1] ?? ""]?.includes(status));
  const way = statuses.join(" → ");
  // That money was given back is told by the refund's own event.
  const toTell = statuses.slice(1).filter((status) => isRefund || !/refunded$/.test(status));
  return [
    ...(isLegal ? [] : [`I4: the trail of ${id} says ${way}, and it is ${now}`]),
    ...(told.join() === toTell.join() ? [] : [`I4: ${id} went ${way}, and events told [${told.join()}]`]),
  ];
}

/** I5. */
function secretsInLogs({ plant, apiKey }: Shop, logsFrom: readonly number[]): string[] {
  const [, masterKey = ""] = plant.masterKey.split(":");
  const secrets = { "the API key's secret": apiKey.secret, "the master key": masterKey, "a code": '"cvc":"7' };
  return plant.sites.flatMap(({ logFile }, index) => {
    const written = readFileSync(logFile)
      .subarray(logsFrom[index] ?? 0)
      .toString("utf8");
    const found = Object.entries(secrets).flatMap(([name, secret]) => (written.includes(secret) ? [name] : []));
    const numbers = /(?<![0-9a-z_])(?:4[0-9]{15}|5[1-5][0-9]{14}|3[47][0-9]{13})(?![0-9])/.test(written)
      ? ["a card number"]
      : [];
    return [...found, ...numbers].map((name) => `I5: ${name} is in ${logFile}`);
  });
}

/** I6: whatever has failed, a wrong signature and none at all are refused, and so is a page without a session. */
async function nobodyGetsIn({ sites }: Plant, { apiKey }: Shop): Promise<string[]> {
  const faults: string[] = [];
  for (const { server } of sites.filter(({ server: { isRunning } }) => isRunning())) {
    const forged = await call(server.port, apiKey, { method: "GET", path: "/payments" }, true);
    const unsigned = await exchange(server.port, "GET", "/api/v1/payments", "", {});
    const page = await exchange(server.port, "GET", "/transactions", "", {});
    if (forged.status !== 401) faults.push(`I6: a wrong signature was answered ${forged.status}`);
    if (unsigned.status !== 401) faults.push(`I6: no signature was answered ${unsigned.status}`);
    if (page.status === 200) faults.push("I6: a page was shown to nobody");
  }
  return faults;
}
