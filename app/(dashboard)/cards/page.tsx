import type { Metadata } from "next";
import { CardsFilters } from "@/components/cards/cards-filters";
import { CardsTable } from "@/components/cards/cards-table";
import { NoMatch } from "@/components/data-table/no-match";
import { Pagination } from "@/components/data-table/pagination";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { customerNames } from "@/lib/customers/customer-store";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { isCursor } from "@/lib/paging/keyset";
import { type CardFilter, listCards } from "@/lib/vault/card-store";
import { cardsLeftToReseal } from "@/lib/vault/reseal-store";
import { cardRow } from "./card-row";
import { Deleting } from "./deleting";

export const metadata: Metadata = { title: "Cards" };

const PAGE_SIZE = 50;

export default page({ permission: "cards:read" }, async ({ session, scope, search }) => {
  const { db } = database();
  const { timeZone } = session.merchant;
  const customer = parseId("cus", search.customer);
  const filters = { q: search.q?.trim().slice(0, 200) || undefined, customer: customer ?? undefined };
  const [list, left] = await Promise.all([
    listCards(db, scope, toFilter(filters), {
      limit: PAGE_SIZE,
      ...readCursor(search, (text) => isCursor("tok", text)),
    }),
    cardsLeftToReseal(db, scope),
  ]);
  const names = await customerNames(db, await keyRing(), scope, [customer, ...list.rows.map((row) => row.customerId)]);
  const owner = (id: (typeof list.rows)[number]["customerId"]) => {
    const name = id && names.get(id);
    return id && name ? { id, name } : null;
  };
  const isFiltered = filters.q !== undefined || filters.customer !== undefined;
  return (
    <>
      <PageHeader title="Cards" description={<TimeZoneNote timeZone={timeZone} />} />
      {left !== null && (
        <p role="status" className="mb-4 rounded-lg border bg-card px-5 py-3 text-sm">
          Keys are being rotated: {left === 0 ? "all cards are" : `${left} of your cards are not yet`} sealed under the
          new one. Nothing waits for it.
        </p>
      )}
      <CardsFilters filters={filters} customerName={(customer && names.get(customer)) ?? null} />
      <Deleting>
        <CardsTable
          rows={list.rows.map((card) => cardRow(card, owner(card.customerId)))}
          timeZone={timeZone}
          mayDelete={mayDo(session.user.role, "cards:delete")}
          empty={
            isFiltered ? (
              <NoMatch title="No card matches" path="/cards">
                Search by the last four digits or a whole token.
              </NoMatch>
            ) : (
              <EmptyState title="No cards yet">Add the first one over the API: it appears here at once.</EmptyState>
            )
          }
        />
      </Deleting>
      <Pagination path="/cards" filters={filters} list={list} count={list.rows.length} />
    </>
  );
});

/** Four digits are a card's last; anything else can only be a token. */
function toFilter({ q, customer }: Readonly<{ q?: string | undefined; customer?: string | undefined }>): CardFilter {
  if (q === undefined) return { customer };
  return /^[0-9]{4}$/.test(q) ? { customer, lastFour: q } : { customer, id: parseId("tok", q) ?? "" };
}
