import type { Metadata } from "next";
import { filterHref } from "@/components/data-table/filter-href";
import { Pagination } from "@/components/data-table/pagination";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { ExportButton } from "@/components/payments/export-button";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { TransactionsFilters } from "@/components/payments/transactions-filters";
import { TransactionsTable } from "@/components/payments/transactions-table";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { database } from "@/lib/database";
import { formatMoney } from "@/lib/money/format-money";
import { moneyLocale } from "@/lib/money/locale";
import { moneyOf } from "@/lib/money/money";
import { readFilters, toPaymentFilter } from "@/lib/payments/dashboard-filter";
import { currenciesInUse } from "@/lib/payments/payment-figures-store";
import { isPaymentCursor, listPayments } from "@/lib/payments/payment-list-store";
import type { PaymentRecord } from "@/lib/payments/payment-store";

export const metadata: Metadata = { title: "Transactions" };

const PAGE_SIZE = 50;
const YEAR_DAYS = 365;

export default page({ permission: "payments:read" }, async ({ session, scope, search }) => {
  const { timeZone, country } = session.merchant;
  const filters = readFilters(search);
  const { db } = database();
  const [list, currencies] = await Promise.all([
    listPayments(db, scope, toPaymentFilter(filters, timeZone), {
      limit: PAGE_SIZE,
      ...readCursor(search, isPaymentCursor),
    }),
    currenciesInUse(db, scope, YEAR_DAYS),
  ]);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Transactions"
        description={<TimeZoneNote timeZone={timeZone} />}
        actions={mayDo(session.user.role, "payments:export") && <ExportButton filters={filters} />}
      />
      <TransactionsFilters filters={filters} currencies={currencies} />
      <TransactionsTable
        rows={list.payments.map((payment) => toRow(payment, moneyLocale(country)))}
        timeZone={timeZone}
        empty={
          isFiltered ? (
            <EmptyState title="No payment matches">Change the search or remove a filter.</EmptyState>
          ) : (
            <EmptyState title="No payments yet">Take the first one over the API: it appears here at once.</EmptyState>
          )
        }
      />
      <Pagination
        newerHref={list.previousCursor && filterHref("/transactions", { ...filters, before: list.previousCursor })}
        olderHref={list.nextCursor && filterHref("/transactions", { ...filters, after: list.nextCursor })}
        summary={`${list.payments.length} on this page, newest first`}
      />
    </>
  );
});

function toRow(payment: PaymentRecord, locale: string) {
  const { id, reference, status, currency, createdAt } = payment;
  return {
    id,
    reference,
    status,
    amount: { text: formatMoney(moneyOf(payment.amountMinor, currency), locale), currency },
    card: { brand: payment.cardBrand, lastFour: payment.cardLastFour },
    customer: null,
    createdAt,
  };
}
