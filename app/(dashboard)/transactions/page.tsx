import type { Metadata } from "next";
import { NoMatch } from "@/components/data-table/no-match";
import { Pagination } from "@/components/data-table/pagination";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { ExportButton } from "@/components/payments/export-button";
import { NewPaymentButton } from "@/components/payments/new-payment-button";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { TransactionsFilters } from "@/components/payments/transactions-filters";
import { TransactionsTable } from "@/components/payments/transactions-table";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { customerNames } from "@/lib/customers/customer-store";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { moneyLocale } from "@/lib/money/locale";
import { readFilters } from "@/lib/payments/dashboard-filter";
import { findFilter } from "@/lib/payments/find-filter";
import { currenciesInUse } from "@/lib/payments/payment-figures-store";
import { isPaymentCursor, listPayments } from "@/lib/payments/payment-list-store";
import { transactionRow } from "./transaction-row";

export const metadata: Metadata = { title: "Transactions" };

const PAGE_SIZE = 50;
const YEAR_DAYS = 365;

export default page({ permission: "payments:read" }, async ({ session, scope, search }) => {
  const { timeZone, country } = session.merchant;
  const filters = readFilters(search);
  const [{ db }, ring] = [database(), await keyRing()];
  const [list, currencies] = await Promise.all([
    listPayments(db, scope, findFilter(ring, scope, filters, timeZone), {
      limit: PAGE_SIZE,
      ...readCursor(search, isPaymentCursor),
    }),
    currenciesInUse(db, scope, YEAR_DAYS),
  ]);
  const ids = list.payments.map(({ customerId }) => customerId);
  const names = await customerNames(db, ring, scope, ids);
  const nameOf = (id: (typeof ids)[number]) => id && (names.get(id) ?? ERASED);
  const mayPay = mayDo(session.user.role, "payments:write");
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Transactions"
        description={<TimeZoneNote timeZone={timeZone} />}
        actions={
          <>
            {mayDo(session.user.role, "payments:export") && <ExportButton filters={filters} />}
            {mayPay && <NewPaymentButton />}
          </>
        }
      />
      <TransactionsFilters filters={filters} currencies={currencies} />
      <TransactionsTable
        rows={list.payments.map((payment) => transactionRow(payment, moneyLocale(country), nameOf(payment.customerId)))}
        timeZone={timeZone}
        empty={
          isFiltered ? (
            <NoMatch title="No payment matches" path="/transactions">
              Change the search or remove a filter.
            </NoMatch>
          ) : (
            <EmptyState title="No payments yet" action={mayPay && <NewPaymentButton />}>
              Take the first one, here or over the API: it appears at once.
            </EmptyState>
          )
        }
      />
      <Pagination path="/transactions" filters={filters} list={list} count={list.payments.length} />
    </>
  );
});

const ERASED = "Erased customer";
