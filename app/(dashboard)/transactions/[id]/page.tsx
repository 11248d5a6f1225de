import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { BackLink } from "@/components/layout/back-link";
import { RefreshForAWhile } from "@/components/layout/refresh-for-a-while";
import { Section } from "@/components/layout/section";
import type { MoneyMoves } from "@/components/money-moves/money-answers";
import { CardLabel } from "@/components/payments/card-label";
import { LocalTime } from "@/components/payments/local-time";
import { type Detail, PaymentDetails } from "@/components/payments/payment-details";
import { PaymentSummary } from "@/components/payments/payment-summary";
import { RefundsList } from "@/components/payments/refunds-list";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { Timeline } from "@/components/payments/timeline";
import { listAuditOf } from "@/lib/audit/audit-entry-store";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { customerNames } from "@/lib/customers/customer-store";
import { moneyForms } from "@/lib/dashboard-forms/money-forms";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { listOperationsOf } from "@/lib/payments/operation-store";
import { paymentServices } from "@/lib/payments/payment-services";
import { findPayment, type PaymentRecord, type Scope } from "@/lib/payments/payment-store";
import { listRefundsOf } from "@/lib/payments/refund-store";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { PaymentHead } from "./payment-head";
import { figuresOf, movesOf, refundRow, underWay } from "./payment-view";
import { timelineItems } from "./timeline-items";

export const metadata: Metadata = { title: "Payment" };

/** As many as a page shows; a payment with more of them is read over the API. */
const MOST_REFUNDS = 100;

export default page({ permission: "payments:read" }, async ({ session, scope, params }) => {
  const { db } = database();
  const { timeZone, country } = session.merchant;
  const id = parseId("pay", params.id);
  const payment = id && (await findPayment(db, scope, id));
  if (!payment) notFound();
  const [{ rows: refunds }, operations] = await Promise.all([
    listRefundsOf(db, payment, { limit: MOST_REFUNDS, cursor: null }),
    listOperationsOf(db, payment),
  ]);
  const entries = await listAuditOf(db, scope.merchantId, [
    { type: "payment", id: payment.id },
    ...refunds.map((refund) => ({ type: "refund", id: refund.id })),
    ...operations.map((operation) => ({ type: "payment_operation", id: operation.id })),
  ]);
  const { figure, text } = figuresOf(payment, country);
  const last = { operation: operations[0]?.id ?? null, refund: refunds[0]?.id ?? null };
  const { status, failureCode, failureMessage, cardLastFour } = payment;
  const asked = underWay(payment, figure);
  return (
    <>
      <PaymentHead
        eyebrow={<BackLink href="/transactions">Transactions</BackLink>}
        paymentId={payment.id}
        title={<span className="font-mono text-xl tracking-normal break-all">{payment.id}</span>}
        description={<TimeZoneNote timeZone={timeZone} />}
        moves={await movesFor(session, payment, last, figure)}
        card={`the card ending in ${cardLastFour}`}
      />
      <PaymentSummary
        amount={text(payment.amountMinor)}
        captured={text(payment.capturedMinor)}
        refunded={text(payment.refundedMinor)}
        status={status}
        failure={failureCode === null ? null : { code: failureCode, message: failureMessage ?? "" }}
        underWay={asked}
      />
      {(status === "pending" || asked.length > 0) && <RefreshForAWhile />}
      <div className="mt-6 grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:grid-rows-[auto_1fr]">
        <Section title="Timeline" className="lg:row-span-2">
          <Timeline
            items={timelineItems(entries, figure, { withAddresses: mayDo(session.user.role, "audit:read") })}
            timeZone={timeZone}
          />
        </Section>
        {refunds.length > 0 && (
          <Section title="Refunds" className="self-start">
            <RefundsList refunds={refunds.map((refund) => refundRow(refund, text))} timeZone={timeZone} />
          </Section>
        )}
        <Section title="Details" className="self-start">
          <PaymentDetails details={detailsOf(payment, await customerOf(payment, scope), timeZone)} />
        </Section>
      </div>
    </>
  );
});

/** What whoever looks may do to the payment now: nothing, for a role that may move no money. */
async function movesFor(
  { user, merchant }: CurrentSession,
  payment: PaymentRecord,
  last: Parameters<typeof moneyForms>[3],
  figure: (minor: bigint) => string,
): Promise<MoneyMoves> {
  if (!mayDo(user.role, "payments:write")) return {};
  const holder = { merchantId: merchant.id, userId: user.id };
  return movesOf(payment, await moneyForms(await paymentServices(), holder, payment, last), figure);
}

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
