import { and, asc, desc, eq, gte, lte, type SQL, sql } from "drizzle-orm";
import { type CalendarDays, withinDays } from "@/db/calendar-days";
import type { Queryable } from "@/db/client";
import { customers, paymentOperations, payments } from "@/db/schema";
import { AppError } from "@/lib/errors/app-error";
import { parseId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import type { PaymentStatus } from "./payment-status";
import { ofPayment, type PaymentRecord, type Scope } from "./payment-store";

/** A blind index of what a customer is found by. It is a person's pseudonym: it goes into no log and no trail. */
export type PersonIndex = Readonly<{ by: "email" | "phone"; index: Buffer }>;

/** What a list of payments may be narrowed to. Amounts are decimal strings in major units, whatever the currency. */
export type PaymentFilter = Readonly<{
  status?: PaymentStatus | undefined;
  currency?: Currency | undefined;
  reference?: string | undefined;
  card?: string | undefined;
  customer?: string | undefined;
  /** The customers with an address or a number. */
  person?: PersonIndex | undefined;
  createdFrom?: Date | undefined;
  createdTo?: Date | undefined;
  days?: CalendarDays | undefined;
  amountMin?: string | undefined;
  amountMax?: string | undefined;
  /** What a person typed: a payment's id, a reference, the last four digits of a card. */
  search?: string | undefined;
}>;

/** A place in the list: the rows older than it, or newer. */
export type PageRequest = Readonly<{ limit: number; cursor: string | null; direction?: "older" | "newer" }>;

export type PaymentPage = Readonly<{
  payments: PaymentRecord[];
  nextCursor: string | null;
  previousCursor: string | null;
}>;

/**
 * One page, newest first. A cursor is the place of a row (time and id), so that a page stays what it is while payments
 * arrive. Throws 400 `cursor_invalid`.
 */
export async function listPayments(
  db: Queryable,
  scope: Scope,
  filter: PaymentFilter,
  { limit, cursor, direction = "older" }: PageRequest,
): Promise<PaymentPage> {
  const newer = direction === "newer" && cursor !== null;
  const order = newer ? asc : desc;
  const rows = await db
    .select({ payment: payments, operation: paymentOperations })
    .from(payments)
    .leftJoin(paymentOperations, ofPayment)
    .where(and(matching(scope, filter), cursor === null ? undefined : beyond(cursor, newer ? sql`>` : sql`<`)))
    .orderBy(order(payments.createdAt), order(payments.id))
    .limit(limit + 1);
  const found = rows.slice(0, limit).map(({ payment, operation }): PaymentRecord => ({ ...payment, operation }));
  const shown = newer ? found.reverse() : found;
  const more = rows.length > limit;
  const [first, last] = [shown.at(0), shown.at(-1)];
  return {
    payments: shown,
    nextCursor: last && (newer || more) ? toCursor(last) : null,
    previousCursor: first && cursor !== null && (!newer || more) ? toCursor(first) : null,
  };
}

/** The rows that a filter selects, always within the scope. */
export function matching(scope: Scope, filter: PaymentFilter): SQL | undefined {
  return and(
    eq(payments.merchantId, scope.merchantId),
    eq(payments.mode, scope.mode),
    filter.status && eq(payments.status, filter.status),
    filter.currency && eq(payments.currency, filter.currency),
    filter.reference === undefined ? undefined : eq(payments.reference, filter.reference),
    filter.card === undefined ? undefined : sql`${payments.cardId} = ${filter.card}`,
    filter.customer === undefined ? undefined : sql`${payments.customerId} = ${filter.customer}`,
    filter.person && sql`${payments.customerId} in ${customersWith(scope, filter.person)}`,
    filter.createdFrom && gte(payments.createdAt, filter.createdFrom),
    filter.createdTo && lte(payments.createdAt, filter.createdTo),
    filter.days && withinDays(payments.createdAt, filter.days),
    filter.amountMin === undefined ? undefined : sql`${majorAmount} >= ${filter.amountMin}::numeric`,
    filter.amountMax === undefined ? undefined : sql`${majorAmount} <= ${filter.amountMax}::numeric`,
    filter.search === undefined ? undefined : searched(filter.search),
  );
}

/** However many there are: a shop may give one address to all of its guests. */
function customersWith({ merchantId, mode }: Scope, { by, index }: PersonIndex): SQL {
  const column = by === "email" ? customers.emailIndex : customers.phoneIndex;
  return sql`(select ${customers.id} from ${customers} where ${customers.merchantId} = ${merchantId}
    and ${customers.mode} = ${mode} and ${eq(column, index)})`;
}

function searched(search: string): SQL {
  const text = search.trim();
  if (/^[0-9]{4}$/.test(text)) return sql`(${payments.cardLastFour} = ${text} or ${payments.reference} = ${text})`;
  return sql`(${payments.id} = ${text} or ${payments.reference} = ${text} or starts_with(lower(${payments.reference}), lower(${text})))`;
}

/** The amount in major units, as the index `payments_amount` has it. */
const majorAmount = sql`major_amount(${payments.amountMinor}, ${payments.currency})`;

function toCursor({ createdAt, id }: PaymentRecord): string {
  return `${createdAt.getTime().toString(36)}.${id}`;
}

/** Whether a text is the place of a row in this list. */
export function isPaymentCursor(text: string): boolean {
  const [time = "", id, ...more] = text.split(".");
  return /^[0-9a-z]{1,9}$/.test(time) && parseId("pay", id) !== null && more.length === 0;
}

function beyond(cursor: string, comparison: SQL): SQL {
  const [time = "", id] = cursor.split(".");
  const createdAt = new Date(Number.parseInt(time, 36));
  if (!isPaymentCursor(cursor)) {
    throw new AppError("cursor_invalid", "This cursor is not one of ours. Send next_cursor as it came, or none.");
  }
  return sql`(${payments.createdAt}, ${payments.id}) ${comparison} (${createdAt.toISOString()}::timestamptz, ${id})`;
}
