import type { TimelineItem, TimelineTone } from "@/components/payments/timeline";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { REFUSAL_CODES, REFUSAL_MESSAGES } from "@/lib/gateway/refusal-code";

type Words = readonly [what: string, tone: TimelineTone];

const WORDS: Readonly<Record<string, Words>> = {
  "payment.created": ["Payment created", "neutral"],
  "payment.authorized": ["Authorized", "success"],
  "payment.captured": ["Captured", "success"],
  "payment.partially_refunded": ["Partially refunded", "warning"],
  "payment.refunded": ["Refunded", "warning"],
  "payment.voided": ["Voided", "warning"],
  "payment.failed": ["Declined", "danger"],
  "refund.created": ["Refund asked for", "neutral"],
  "refund.failed": ["Refund refused by the acquirer", "danger"],
  "reconciler.waits_elsewhere": ["Waits for an acquirer or account that is not set up here", "danger"],
  "payment_operation.failed": ["Refused by the acquirer", "danger"],
};
const OPERATIONS: Readonly<Record<string, Words>> = {
  capture: ["Capture asked for", "neutral"],
  void: ["Void asked for", "neutral"],
};
/** What became of the money is told by the payment's own entry of the same commit. */
const TOLD_ELSEWHERE = new Set(["refund.succeeded", "payment_operation.succeeded"]);

type Figure = (minor: bigint) => string;

/**
 * The audit entries of a payment, its refunds, captures and voids as one story. Where each request came from is told only
 * to who may read the audit trail (`withAddresses`).
 */
export function timelineItems(
  entries: readonly AuditEntryView[],
  figure: Figure,
  { withAddresses }: Readonly<{ withAddresses: boolean }>,
): TimelineItem[] {
  return entries
    .filter(({ action }) => !TOLD_ELSEWHERE.has(action))
    .map((entry) => {
      const [what, tone] = wordsOf(entry);
      return {
        id: entry.id,
        what,
        actor: entry.actorName,
        at: entry.createdAt,
        tone,
        details: detailsOf(withAddresses ? entry : { ...entry, ip: null }, figure),
      };
    });
}

function wordsOf({ action, newValues }: AuditEntryView): Words {
  const operation = action === "payment_operation.created" ? OPERATIONS[String(newValues?.type)] : undefined;
  return operation ?? WORDS[action] ?? [action, "neutral"];
}

function detailsOf(entry: AuditEntryView, figure: Figure) {
  const { oldValues, newValues, requestId, ip, sequence } = entry;
  const pairs: [label: string, value: unknown][] = [
    ["Amount", amountOf(entry, figure)],
    ["Status", change(oldValues?.status, newValues?.status)],
    ["Reason", newValues?.failure_message ?? newValues?.reason ?? refusal(newValues?.failure_code)],
    ["Acquirer reference", newValues?.gateway_reference],
    ["Request", requestId],
    ["From", ip],
    ["Audit sequence", sequence],
  ];
  return pairs
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => ({ label, value: String(value) }));
}

/** How much this step was about: what was asked for, or what has moved since the step before. */
function amountOf({ resourceType, oldValues, newValues }: AuditEntryView, figure: Figure): string | null {
  const asked = minorOf(newValues?.amount_minor);
  if (asked !== null) return figure(asked);
  if (resourceType !== "payment") return null;
  for (const moved of ["captured_minor", "refunded_minor"]) {
    const after = minorOf(newValues?.[moved]);
    if (after !== null) return figure(after - (minorOf(oldValues?.[moved]) ?? 0n));
  }
  return null;
}

/** Amounts are whole numbers in the trail's JSON; one above what a number holds exactly is not shown. */
function minorOf(value: unknown): bigint | null {
  if (typeof value === "string" && /^[0-9]{1,20}$/.test(value)) return BigInt(value);
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : null;
}

function refusal(code: unknown): string | null {
  const known = REFUSAL_CODES.find((candidate) => candidate === code);
  return known ? REFUSAL_MESSAGES[known] : null;
}

function change(before: unknown, after: unknown): string | null {
  if (after === undefined) return null;
  return before === undefined ? String(after) : `${String(before)} → ${String(after)}`;
}
