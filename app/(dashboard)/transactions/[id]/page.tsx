import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Section } from "@/components/layout/section";
import { CardLabel } from "@/components/payments/card-label";
import { LocalTime } from "@/components/payments/local-time";
import { type Detail, PaymentDetails } from "@/components/payments/payment-details";
import { PaymentSummary } from "@/components/payments/payment-summary";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { Timeline } from "@/components/payments/timeline";
import { listAuditOf } from "@/lib/audit/audit-entry-store";
import { page } from "@/lib/boundary/page";
import { customerNames } from "@/lib/customers/customer-store";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { formatMoney } from "@/lib/money/format-money";
import { moneyLocale } from "@/lib/money/locale";
import { moneyOf } from "@/lib/money/money";
import { findPayment, type PaymentRecord, type Scope } from "@/lib/payments/payment-store";
import { timelineItems } from "./timeline-items";

export const metadata: Metadata = { title: "Payment" };

export default page({ permission: "payments:read" }, async ({ session, scope, params }) => {
  const { db } = database();
  const { timeZone, country } = session.merchant;
  const id = parseId("pay", params.id);
  const payment = id && (await findPayment(db, scope, id));
  if (!payment) notFound();
  const entries = await listAuditOf(db, scope.merchantId, "payment", payment.id);
  const text = (minor: bigint) => ({
    text: formatMoney(moneyOf(minor, payment.currency), moneyLocale(country)),
    currency: payment.currency,
  });
  const { status, failureCode, failureMessage } = payment;
  return (
    <>
      <BackLink href="/transactions">Transactions</BackLink>
      <PageHeader
        title={<span className="font-mono text-xl tracking-normal break-all">{payment.id}</span>}
        description={<TimeZoneNote timeZone={timeZone} />}
      />
      <PaymentSummary
        amount={text(payment.amountMinor)}
        captured={text(payment.capturedMinor)}
        refunded={text(payment.refundedMinor)}
        status={status}
        failure={failureCode === null ? null : { code: failureCode, message: failureMessage ?? "" }}
      />
      <div className="mt-6 grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section title="Timeline">
          <Timeline items={timelineItems(entries)} timeZone={timeZone} />
        </Section>
        <Section title="Details">
          <PaymentDetails details={detailsOf(payment, await customerOf(payment, scope), timeZone)} />
        </Section>
      </div>
    </>
  );
});

/** Whose payment it is, by name, as a link to them. */
async function customerOf({ customerId }: PaymentRecord, scope: Scope): Promise<ReactNode> {
  if (customerId === null) return null;
  const name = (await customerNames(database().db, await keyRing(), scope, [customerId])).get(customerId);
  return name ? (
    <Link href={`/customers/${customerId}`} className="underline underline-offset-4">
      {name}
    </Link>
  ) : (
    "Erased customer"
  );
}

function detailsOf(payment: PaymentRecord, customer: ReactNode, timeZone: string): Detail[] {
  const month = String(payment.cardExpMonth).padStart(2, "0");
  const metadata = Object.entries(payment.metadata).map(([label, value]) => ({ label, value }));
  return [
    { label: "Reference", value: payment.reference ?? "None", mono: payment.reference !== null },
    { label: "Description", value: payment.description ?? "None" },
    { label: "Customer", value: customer },
    { label: "Card", value: <CardLabel brand={payment.cardBrand} lastFour={payment.cardLastFour} /> },
    { label: "Card expires", value: `${month}/${payment.cardExpYear}` },
    { label: "Card token", value: payment.cardId, mono: true },
    {
      label: "Acquirer reference",
      value: payment.gatewayReference ?? "None yet",
      mono: payment.gatewayReference !== null,
    },
    { label: "Created", value: <LocalTime at={payment.createdAt} timeZone={timeZone} seconds /> },
    { label: "Updated", value: <LocalTime at={payment.updatedAt} timeZone={timeZone} seconds /> },
    ...metadata,
  ];
}
