import type { Metadata } from "next";
import { CustomersFilters } from "@/components/customers/customers-filters";
import { CustomersTable } from "@/components/customers/customers-table";
import { NoMatch } from "@/components/data-table/no-match";
import { Pagination } from "@/components/data-table/pagination";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { ChangeNotice } from "@/components/security/change-notice";
import { maskEmail } from "@/lib/auth/email";
import { page } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { type CustomerSearch, readCustomerSearch } from "@/lib/customers/customer-search";
import {
  type Customer,
  type CustomerScope,
  listCustomers,
  UNREADABLE_NAME,
  type UnreadableCustomer,
} from "@/lib/customers/customer-store";
import { maskPhone } from "@/lib/customers/personal-mask";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { isCursor, type Page, type PageRequest } from "@/lib/paging/keyset";

export const metadata: Metadata = { title: "Customers" };

const PAGE_SIZE = 50;

export default page({ permission: "customers:read" }, async ({ session, scope, search: { q, ...search } }) => {
  const { timeZone } = session.merchant;
  const filters = { q: q?.slice(0, 200) };
  const request = { limit: PAGE_SIZE, ...readCursor(search, (text) => isCursor("cus", text)) };
  const asked = readCustomerSearch(filters.q);
  const list = await find(scope, asked, request);
  return (
    <>
      <PageHeader title="Customers" description={<TimeZoneNote timeZone={timeZone} />} />
      {search.erased !== undefined && (
        <div className="mb-4">
          <ChangeNotice notice="Customer erased. Their data is gone for good; their payments stay." />
        </div>
      )}
      <CustomersFilters filters={filters} />
      <CustomersTable rows={list.rows.map(toRow)} timeZone={timeZone} empty={<NoCustomer asked={asked} />} />
      <Pagination path="/customers" filters={filters} list={list} count={list.rows.length} />
    </>
  );
});

type Listed = Customer | UnreadableCustomer;

const NOBODY: Page<Listed> = { rows: [], nextCursor: null, previousCursor: null };

async function find(scope: CustomerScope, asked: CustomerSearch, request: PageRequest): Promise<Page<Listed>> {
  const [{ db }, ring] = [database(), await keyRing()];
  switch (asked.kind) {
    case "unreadable":
      return NOBODY;
    case "id":
      return listCustomers(db, ring, scope, { id: asked.id }, request);
    case "email":
      return listCustomers(db, ring, scope, { email: asked.email }, request);
    case "phone":
      return listCustomers(db, ring, scope, { phone: asked.phone }, request);
    case "all":
      return listCustomers(db, ring, scope, {}, request);
  }
}

function toRow(listed: Listed) {
  const { id, createdAt } = listed;
  if ("unreadable" in listed) return { id, name: UNREADABLE_NAME, email: "", phone: null, createdAt };
  const { name, email, phone } = listed;
  return { id, name, email: maskEmail(email), phone: phone && maskPhone(phone), createdAt };
}

function NoCustomer({ asked }: { asked: CustomerSearch }) {
  if (asked.kind === "all") {
    return <EmptyState title="No customers yet">Add the first one over the API: it appears here at once.</EmptyState>;
  }
  if (asked.kind === "unreadable") {
    return (
      <NoMatch title="Search by a whole email or phone number" path="/customers">
        Names and parts are encrypted and cannot be searched. Begin a phone number with its country code.
      </NoMatch>
    );
  }
  return (
    <NoMatch title="No customer matches" path="/customers">
      Check the spelling: a customer is found by the whole of it.
    </NoMatch>
  );
}
