import type { Metadata } from "next";
import type { ReactNode } from "react";
import { DeveloperTabs } from "@/components/developers/developer-tabs";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { type PageCall, page } from "@/lib/boundary/page";
import { TAB_HREFS } from "./addresses";
import { apiKeysTab } from "./api-keys-tab";
import { idempotencyTab } from "./idempotency-tab";
import { requestsTab } from "./requests-tab";
import { webhooksTab } from "./webhooks-tab";

export const metadata: Metadata = { title: "Developers" };

type Tab = Readonly<{ name: string; label: string; href: string; show: (call: PageCall) => Promise<ReactNode> }>;

const KEYS: Tab = { name: "keys", label: "API keys", href: TAB_HREFS.keys, show: apiKeysTab };

const TABS: readonly Tab[] = [
  KEYS,
  { name: "webhooks", label: "Webhooks", href: TAB_HREFS.webhooks, show: webhooksTab },
  { name: "requests", label: "Requests", href: TAB_HREFS.requests, show: requestsTab },
  { name: "idempotency", label: "Idempotency", href: TAB_HREFS.idempotency, show: idempotencyTab },
];

export default page({ permission: "developers:manage" }, async (call) => {
  const { timeZone } = call.session.merchant;
  const tab = TABS.find(({ name }) => name === call.search.tab) ?? KEYS;
  return (
    <>
      <PageHeader title="Developers" description={<TimeZoneNote timeZone={timeZone} />} />
      <DeveloperTabs
        label="Developers"
        tabs={TABS.map(({ name, label, href }) => ({ name, label, href }))}
        current={tab.name}
      >
        {await tab.show(call)}
      </DeveloperTabs>
    </>
  );
});
