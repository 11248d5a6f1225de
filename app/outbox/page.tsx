import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BarePage } from "@/components/layout/bare-page";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { OutboxList } from "@/components/outbox/outbox-list";
import { RefreshWhileSeen } from "@/components/outbox/refresh-while-seen";
import { isOwnHost } from "@/lib/boundary/own-origin";
import { publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import { readOutbox } from "@/lib/messages/outbox";

export const metadata: Metadata = { title: "Outbox" };

/**
 * The demo's mailbox and telephone. Public, because whoever waits for a code is not signed in yet; it is there only where
 * the server writes messages to a file, and the demo answers nobody but this machine, under its own name.
 */
export default publicPage(async () => {
  const { OUTBOX_FILE, APP_URL } = env();
  if (OUTBOX_FILE === undefined || !(await isOwnHost())) notFound();
  const messages = await readOutbox(OUTBOX_FILE);
  return (
    <BarePage>
      <div className="mx-auto w-full max-w-3xl px-4 py-8 sm:px-6">
        <PageHeader
          title="Outbox"
          description="What this demo has sent, the newest first. It goes to nobody: real servers send it, and have no such page. Times in UTC."
        />
        {messages.length === 0 ? (
          <div className="rounded-lg border bg-card">
            <EmptyState title="Nothing has been sent yet">
              Codes, links and notices appear here by themselves.
            </EmptyState>
          </div>
        ) : (
          <OutboxList messages={messages} appUrl={APP_URL} />
        )}
        <RefreshWhileSeen />
      </div>
    </BarePage>
  );
});
