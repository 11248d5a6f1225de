import type { Metadata } from "next";
import { AuditFilters } from "@/components/audit/audit-filters";
import { AuditTable } from "@/components/audit/audit-table";
import { VerifyChain } from "@/components/audit/verify-chain";
import { NoMatch } from "@/components/data-table/no-match";
import { Pagination } from "@/components/data-table/pagination";
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
        empty={
          <NoMatch title="No entry matches" path="/audit">
            Change or remove a filter.
          </NoMatch>
        }
      />
      <Pagination
        path="/audit"
        filters={filters}
        list={{ previousCursor: newerCursor, nextCursor: olderCursor }}
        count={entries.length}
      />
    </>
  );
});

function resourceHref({ resourceType, resourceId }: AuditEntryView): string | null {
  return resourceType === "payment" && resourceId ? `/transactions/${resourceId}` : null;
}
