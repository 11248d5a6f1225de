import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Terminal } from "@/components/terminal/terminal";
import type { TerminalState } from "@/components/terminal/terminal-state";
import { page } from "@/lib/boundary/page";
import { newTerminalForm, outcomeOfForm } from "@/lib/dashboard-forms/take-terminal-payment";
import { currenciesInUse } from "@/lib/payments/payment-figures-store";
import { paymentServices } from "@/lib/payments/payment-services";
import { takePayment } from "./actions";
import { currencyChoices, deskOf, NOTHING_KEPT, stateOfPayment } from "./terminal-view";

export const metadata: Metadata = { title: "New payment" };

const YEAR_DAYS = 365;
/** The first choice of a merchant who has taken nothing yet. */
const FIRST_CURRENCY = "INR";

export default page({ permission: "payments:write" }, async ({ session, scope, search }) => {
  const services = await paymentServices();
  const currencies = currencyChoices(await currenciesInUse(services.client.db, scope, YEAR_DAYS));
  const currency = currencies.used[0]?.code ?? FIRST_CURRENCY;
  const desk = deskOf(services, session);
  const form = search.form ?? "";
  const outcome = await outcomeOfForm(desk, form);
  // Each visit has a form, and its address names it.
  if (outcome === "stale") redirect(`/payments/new?form=${await newTerminalForm(desk)}`);
  const open: TerminalState = { kind: "open", form, kept: { ...NOTHING_KEPT, currency }, errors: {}, alert: null };
  const initial = outcome === null ? open : await stateOfPayment(desk, session, form, outcome, "no");
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/transactions">Transactions</BackLink>}
        title="New payment"
        description="For a card that a customer reads out to you. The card's details are sent once and not kept here."
      />
      <div className="max-w-xl">
        <div className="rounded-lg border bg-card">
          <Terminal initial={initial} address={form} action={takePayment} currencies={currencies} />
        </div>
        <p className="mt-4 text-sm text-muted-foreground">
          <strong className="font-medium text-warning">Test mode.</strong> No real money moves. Use a test card of the
          sandbox acquirer.
        </p>
      </div>
    </>
  );
});
