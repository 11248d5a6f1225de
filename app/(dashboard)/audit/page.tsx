import type { Metadata } from "next";
import { AuditFilters } from "@/components/audit/audit-filters";
import { AuditTable } from "@/components/audit/audit-table";
import { VerifyChain } from "@/components/audit/verify-chain";
import { filterHref } from "@/components/data-table/filter-href";
import { Pagination } from "@/components/data-table/pagination";
import { EmptyState } from "@/components/layout/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { TimeZoneNote } from "@/components/payments/time-zone-note";
import { isAuditCursor } from "@/lib/audit/audit-entry-store";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { readAuditFilters, readAuditTrail } from "@/lib/audit/read-audit-trail";
import { sessionContext } from "@/lib/boundary/current-session";
import { page } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { database } from "@/lib/database";
import { verifyChain } from "./actions";

export const metadata: Metadata = { title: "Audit trail" };

export default page({ permission: "audit:read" }, async ({ session, search }) => {
  const { merchant } = session;
  const filters = readAuditFilters(search);
  const context = await sessionContext(session);
  const { entries, newerCursor, olderCursor } = await readAuditTrail(
    database(),
    context,
    merchant,
    filters,
    readCursor(search, isAuditCursor),
  );
  return (
    <>
      <PageHeader title="Audit trail" description={<TimeZoneNote timeZone={merchant.timeZone} />} />
      <VerifyChain onVerify={verifyChain} />
      <AuditFilters filters={filters} />
      <AuditTable
        entries={entries}
        timeZone={merchant.timeZone}
        resourceHref={resourceHref}
        empty={<EmptyState title="No entry matches">Change or remove a filter.</EmptyState>}
      />
      <Pagination
        newerHref={newerCursor && filterHref("/audit", { ...filters, before: newerCursor })}
        olderHref={olderCursor && filterHref("/audit", { ...filters, after: olderCursor })}
        summary={`${entries.length} on this page, newest first`}
      />
    </>
  );
});

function resourceHref({ resourceType, resourceId }: AuditEntryView): string | null {
  return resourceType === "payment" && resourceId ? `/transactions/${resourceId}` : null;
}
