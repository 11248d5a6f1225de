import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { toDecimalString } from "@/lib/money/decimal-string";
import { moneyOf } from "@/lib/money/money";
import { csvLine } from "./csv";
import { listPayments, type PaymentFilter } from "./payment-list-store";
import type { PaymentRecord, Scope } from "./payment-store";

const HEADER = [
  "id",
  "created_at",
  "status",
  "amount",
  "amount_captured",
  "amount_refunded",
  "currency",
  "card_brand",
  "card_last4",
  "reference",
  "description",
  "failure_code",
];
const PAGE = 1000;

/**
 * The payments of a filter as CSV (RFC 4180, times in UTC), streamed a page at a time: memory stays flat however many there
 * are. That it was exported, by whom and with what filter, is recorded before the first byte leaves.
 */
export async function exportPayments(
  client: DatabaseClient,
  context: AuditContext,
  scope: Scope,
  filter: PaymentFilter,
): Promise<ReadableStream<Uint8Array>> {
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "payments.exported",
      outcome: "success",
      resourceType: "payment",
      resourceId: null,
      details: { ...filter, person: filter.person?.by },
    }),
  );
  const source = lines(client, scope, filter);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await source.return(undefined)),
  });
}

async function* lines(client: DatabaseClient, scope: Scope, filter: PaymentFilter): AsyncGenerator<string> {
  yield csvLine(HEADER);
  let cursor: string | null = null;
  do {
    const page = await listPayments(client.db, scope, filter, { limit: PAGE, cursor });
    yield page.payments.map((payment) => csvLine(toCells(payment))).join("");
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function toCells(payment: PaymentRecord): string[] {
  const decimal = (minor: bigint) => toDecimalString(moneyOf(minor, payment.currency));
  return [
    payment.id,
    payment.createdAt.toISOString(),
    payment.status,
    decimal(payment.amountMinor),
    decimal(payment.capturedMinor),
    decimal(payment.refundedMinor),
    payment.currency,
    payment.cardBrand,
    payment.cardLastFour,
    payment.reference ?? "",
    payment.description ?? "",
    payment.failureCode ?? "",
  ];
}
