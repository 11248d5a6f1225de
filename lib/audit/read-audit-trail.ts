import { z } from "zod";
import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { calendarDay } from "@/lib/calendar/bounds";
import type { MerchantId } from "@/lib/ids/id";
import { filterText } from "@/lib/sensitive/free-text";
import { type AuditFilter, type AuditPage, listAuditEntries } from "./audit-entry-store";
import { recordAudit } from "./record";

const PAGE_SIZE = 50;

const text = filterText(200).trim().min(1).optional().catch(undefined);
const day = calendarDay.optional().catch(undefined);

const shown = z.object({
  actor: text,
  action: text,
  resource: text,
  outcome: z.enum(["success", "denied"]).optional().catch(undefined),
  from: day,
  to: day,
});

export type ShownAuditFilters = z.output<typeof shown>;

/** The filters of an address. One that makes no sense is as if it were not there. */
export function readAuditFilters(search: Readonly<Record<string, string>>): ShownAuditFilters {
  return shown.parse(search);
}

/** A page of the trail; that it was read, by whom and with what filter, is itself recorded (PCI DSS 10.2.1.3). */
export async function readAuditTrail(
  client: DatabaseClient,
  context: AuditContext,
  merchant: Readonly<{ id: MerchantId; timeZone: string }>,
  filters: ShownAuditFilters,
  place: { cursor: string | null; direction: "older" | "newer" },
): Promise<AuditPage> {
  const { from, to, ...same } = filters;
  const filter: AuditFilter = { ...same, days: { from, to, timeZone: merchant.timeZone } };
  const page = await listAuditEntries(client.db, merchant.id, filter, { limit: PAGE_SIZE, ...place });
  const details = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "audit.read",
      outcome: "success",
      resourceType: "audit",
      resourceId: null,
      details,
    }),
  );
  return page;
}
