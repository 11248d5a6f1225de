import type { Metadata } from "next";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Terminal } from "@/components/terminal/terminal";
import type { TerminalState } from "@/components/terminal/terminal-state";
import { page } from "@/lib/boundary/page";
import { newTerminalForm, outcomeOfForm } from "@/lib/dashboard-forms/take-terminal-payment";
import { currenciesInUse } from "@/lib/payments/payment-figures-store";
import { paymentServices } from "@/lib/payments/payment-services";
import type { CurrentSession } from "@/lib/sessions/session-store";
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
  const initial = await stateOfForm(deskOf(services, session), session, search.form, currency);
  return (
    <>
      <PageHeader
        eyebrow={<BackLink href="/transactions">Transactions</BackLink>}
        title="New payment"
        description="For a card that a customer reads out to you. The card's details are sent once and not kept here."
      />
      <div className="max-w-xl">
        <div className="rounded-lg border bg-card">
          {/* By its address: another form is another terminal. */}
          <Terminal
            key={search.form ?? initial.form}
            initial={initial}
            address={search.form ?? initial.form}
            action={takePayment}
            currencies={currencies}
          />
        </div>
        <p className="mt-4 text-sm text-muted-foreground">
          <strong className="font-medium text-warning">Test mode.</strong> No real money moves. Use a test card of the
          sandbox acquirer.
        </p>
      </div>
    </>
  );
});

/** What has become of the form in the address; a new one when there is none that can still be sent. */
async function stateOfForm(
  desk: ReturnType<typeof deskOf>,
  session: CurrentSession,
  sent: string | undefined,
  currency: string,
): Promise<TerminalState> {
  const outcome = sent === undefined ? "stale" : await outcomeOfForm(desk, sent);
  if (sent !== undefined && outcome !== "stale" && outcome !== null) {
    return stateOfPayment(desk, session, sent, outcome, "no");
  }
  const form = sent === undefined || outcome === "stale" ? await newTerminalForm(desk) : sent;
  return { kind: "open", form, kept: { ...NOTHING_KEPT, currency }, errors: {}, alert: null };
}
