import type { Metadata } from "next";
import type { ReactNode } from "react";
import { DeveloperTabs } from "@/components/developers/developer-tabs";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { Button } from "@/components/ui/button";
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

const GUIDES = [
  { href: "/docs/quick-start", label: "Quick start" },
  { href: "/docs/test-cards", label: "Test cards" },
  { href: "/docs", label: "API reference" },
] as const;

export default page({ permission: "developers:manage" }, async (call) => {
  const { timeZone } = call.session.merchant;
  const tab = TABS.find(({ name }) => name === call.search.tab) ?? KEYS;
  return (
    <>
      <PageHeader
        title="Developers"
        description={<TimeZoneNote timeZone={timeZone} />}
        actions={GUIDES.map(({ href, label }) => (
          <Button key={href} asChild variant="outline" size="sm" className="bg-card">
            <a href={href}>{label}</a>
          </Button>
        ))}
      />
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
