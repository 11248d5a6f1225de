import type { Metadata } from "next";
import { CurrencyTabs } from "@/components/home/currency-tabs";
import { DeclineReasons } from "@/components/home/decline-reasons";
import { NeedsAttention } from "@/components/home/needs-attention";
import { VolumeChart } from "@/components/home/volume-chart";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { Section } from "@/components/layout/section";
import { NewPaymentButton } from "@/components/payments/new-payment-button";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { database } from "@/lib/database";
import { processGateway } from "@/lib/gateway/process-gateway";
import { moneyLocale } from "@/lib/money/locale";
import { currenciesInUse, declineReasons, figuresByDay, waitingLongerThan } from "@/lib/payments/payment-figures-store";
import { webhookHealth } from "@/lib/webhooks/webhook-health-store";
import { attentionItems, declineLabels, tickFormat, volumePoints, webhookItems } from "./home-view";
import { PeriodCards } from "./period-cards";

export const metadata: Metadata = { title: "Home" };

const PERIOD_DAYS = 30;
const WAITING_SECONDS = 60;

export default page({ permission: "payments:read" }, async ({ session, scope, search }) => {
  const { db } = database();
  const { timeZone, country, name } = session.merchant;
  const currencies = await currenciesInUse(db, scope, PERIOD_DAYS * 2);
  const actions = mayDo(session.user.role, "payments:write") && <NewPaymentButton />;
  const currency = currencies.find((code) => code === search.currency) ?? currencies[0];
  if (!currency) {
    return (
      <>
        <PageHeader title="Home" description={name} actions={actions} />
        <EmptyState title="No payments yet">Take the first one, here or over the API: it appears at once.</EmptyState>
      </>
    );
  }
  const [days, reasons, waiting, webhooks] = await Promise.all([
    figuresByDay(db, scope, currency, PERIOD_DAYS * 2, timeZone),
    declineReasons(db, scope, currency, PERIOD_DAYS),
    waitingLongerThan(db, scope, processGateway(), WAITING_SECONDS),
    mayDo(session.user.role, "developers:manage") ? webhookHealth(db, scope) : null,
  ]);
  const locale = moneyLocale(country);
  const period = days.slice(-PERIOD_DAYS);
  return (
    <>
      <PageHeader title="Home" description={`The last ${PERIOD_DAYS} days, in ${timeZone} time`} actions={actions} />
      <div className="mb-4">
        <CurrencyTabs
          currencies={currencies.map((code) => ({ code, href: `/?currency=${code}` }))}
          current={currency}
        />
      </div>
      <PeriodCards now={period} before={days.slice(0, -PERIOD_DAYS)} currency={currency} locale={locale} />
      <Section title="By day" className="mt-6">
        <VolumeChart
          points={volumePoints(period, currency, locale)}
          currency={currency}
          formatTick={tickFormat(currency, locale)}
        />
      </Section>
      <div className="mt-6 grid gap-6 lg:grid-cols-2">
        <Section title="Why payments were declined">
          <DeclineReasons reasons={declineLabels(reasons)} />
        </Section>
        <Section title="Needs you">
          <NeedsAttention items={[...attentionItems(waiting), ...(webhooks ? webhookItems(webhooks) : [])]} />
        </Section>
      </div>
    </>
  );
});
