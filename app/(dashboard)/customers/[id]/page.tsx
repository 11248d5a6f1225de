import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CardsTable } from "@/components/cards/cards-table";
import { BackLink } from "@/components/layout/back-link";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { Section } from "@/components/layout/section";
import { LocalTime } from "@/components/payments/local-time";
import { type Detail, PaymentDetails } from "@/components/payments/payment-details";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { TransactionsTable } from "@/components/payments/transactions-table";
import { maskEmail } from "@/lib/auth/email";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { type Customer, findCustomer } from "@/lib/customers/customer-store";
import { maskPhone, maskTaxId } from "@/lib/customers/personal-mask";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { moneyLocale } from "@/lib/money/locale";
import { listPayments } from "@/lib/payments/payment-list-store";
import { listCards } from "@/lib/vault/card-store";
import { cardRow } from "../../cards/card-row";
import { Deleting } from "../../cards/deleting";
import { transactionRow } from "../../transactions/transaction-row";
import { Details } from "./details";
import { Erase } from "./erase";

export const metadata: Metadata = { title: "Customer" };

/** What is shown of each; the lists have the rest. */
const NEWEST = { limit: 20, cursor: null };

export default page({ permission: "customers:read" }, async ({ session, scope, params }) => {
  const { db } = database();
  const { timeZone, country } = session.merchant;
  const { role } = session.user;
  const id = parseId("cus", params.id);
  const found = id && (await findCustomer(db, await keyRing(), scope, id));
  if (!found) notFound();
  const { customer } = found;
  const [cards, { payments }] = await Promise.all([
    listCards(db, scope, { customer: customer.id }, NEWEST),
    listPayments(db, scope, { customer: customer.id }, NEWEST),
  ]);
  const metadataOf = Object.entries(customer.metadata).map(([label, value]) => ({ label, value }));
  const owner = { id: customer.id, name: customer.name };
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/customers">Customers</BackLink>}
        title={<span className="break-words">{customer.name}</span>}
        description={<TimeZoneNote timeZone={timeZone} />}
        actions={mayDo(role, "customers:erase") && <Erase customerId={customer.id} />}
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-6">
          <section aria-labelledby="payments-of">
            <h2 id="payments-of" className="mb-3 text-sm font-semibold">
              Payments
            </h2>
            <TransactionsTable
              rows={payments.map((payment) => transactionRow(payment, moneyLocale(country), customer.name))}
              timeZone={timeZone}
              empty={
                <EmptyState title="No payments yet">Send the customer with a payment: it appears here.</EmptyState>
              }
            />
          </section>
          <section aria-labelledby="cards-of">
            <h2 id="cards-of" className="mb-3 text-sm font-semibold">
              Cards
            </h2>
            <Deleting>
              <CardsTable
                rows={cards.rows.map((card) => cardRow(card, owner))}
                timeZone={timeZone}
                mayDelete={mayDo(role, "cards:delete")}
                empty={<EmptyState title="No cards">Send the customer with a card: it appears here.</EmptyState>}
              />
            </Deleting>
          </section>
        </div>
        <div className="min-w-0 space-y-6">
          <Details
            customerId={customer.id}
            masked={maskedOf(customer)}
            others={othersOf(customer, timeZone)}
            mayReveal={mayDo(role, "customers:reveal")}
          />
          {metadataOf.length > 0 && (
            <Section title="Metadata">
              <PaymentDetails details={metadataOf} />
            </Section>
          )}
        </div>
      </div>
    </>
  );
});

function maskedOf({ email, phone, taxId }: Customer) {
  return { email: maskEmail(email), phone: phone && maskPhone(phone), taxId: taxId && maskTaxId(taxId) };
}

function othersOf({ id, createdAt, updatedAt }: Customer, timeZone: string): Detail[] {
  return [
    { label: "Customer id", value: id, mono: true },
    { label: "Created", value: <LocalTime at={createdAt} timeZone={timeZone} seconds /> },
    { label: "Updated", value: <LocalTime at={updatedAt} timeZone={timeZone} seconds /> },
  ];
}
