import type { TimelineItem, TimelineTone } from "@/components/payments/timeline";
import type { AuditEntryView } from "@/lib/audit/audit-view";

const WORDS: Readonly<Record<string, readonly [what: string, tone: TimelineTone]>> = {
  "payment.created": ["Payment created", "neutral"],
  "payment.authorized": ["Authorized", "success"],
  "payment.captured": ["Captured", "success"],
  "payment.partially_refunded": ["Partially refunded", "warning"],
  "payment.refunded": ["Refunded", "warning"],
  "payment.voided": ["Voided", "warning"],
  "payment.failed": ["Declined", "danger"],
};

/** The payment's audit entries as its story. */
export function timelineItems(entries: readonly AuditEntryView[]): TimelineItem[] {
  return entries.map((entry) => {
    const [what, tone] = WORDS[entry.action] ?? [entry.action, "neutral"];
    return { id: entry.id, what, actor: entry.actorName, at: entry.createdAt, tone, details: detailsOf(entry) };
  });
}

function detailsOf({ oldValues, newValues, requestId, ip, sequence }: AuditEntryView) {
  const status = change(oldValues?.status, newValues?.status);
  const pairs: [label: string, value: unknown][] = [
    ["Status", status],
    ["Reason", newValues?.failure_message],
    ["Acquirer reference", newValues?.gateway_reference],
    ["Request", requestId],
    ["From", ip],
    ["Audit sequence", sequence],
  ];
  return pairs
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => ({ label, value: String(value) }));
}

function change(before: unknown, after: unknown): string | null {
  if (after === undefined) return null;
  return before === undefined ? String(after) : `${String(before)} → ${String(after)}`;
}
