import { and, desc, eq, or, type SQL, sql } from "drizzle-orm";
import { type CalendarDays, withinDays } from "@/db/calendar-days";
import type { Queryable } from "@/db/client";
import { apiKeys, auditChain, auditEntries, users } from "@/db/schema";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId } from "@/lib/ids/id";
import type { AuditEntryView } from "./audit-view";

export type AuditFilter = Readonly<{
  actor?: string | undefined;
  action?: string | undefined;
  resource?: string | undefined;
  outcome?: "success" | "denied" | undefined;
  days?: CalendarDays | undefined;
}>;

export type AuditPage = Readonly<{ entries: AuditEntryView[]; olderCursor: string | null; newerCursor: string | null }>;
type PageRequest = Readonly<{ limit: number; cursor: string | null; direction: "older" | "newer" }>;

/** One page of a merchant's trail, newest first. The cursor is an entry's id. Throws 400 `cursor_invalid`. */
export async function listAuditEntries(
  db: Queryable,
  merchantId: MerchantId,
  filter: AuditFilter,
  { limit, cursor, direction }: PageRequest,
): Promise<AuditPage> {
  const newer = direction === "newer" && cursor !== null;
  const rows = await selectEntries(db)
    .where(
      and(
        eq(auditEntries.merchantId, merchantId),
        matching(filter),
        cursor === null ? undefined : beyond(cursor, newer),
      ),
    )
    .orderBy(newer ? sql`${auditEntries.id} asc` : desc(auditEntries.id))
    .limit(limit + 1);
  const shown = newer ? rows.slice(0, limit).reverse() : rows.slice(0, limit);
  const more = rows.length > limit;
  const [first, last] = [shown.at(0), shown.at(-1)];
  return {
    entries: shown.map(toView),
    olderCursor: last && (newer || more) ? String(last.entry.id) : null,
    newerCursor: first && cursor !== null && (!newer || more) ? String(first.entry.id) : null,
  };
}

/** All that happened to these things, oldest first; at most 500 entries. */
export async function listAuditOf(
  db: Queryable,
  merchantId: MerchantId,
  things: readonly Readonly<{ type: string; id: string }>[],
): Promise<AuditEntryView[]> {
  const rows = await selectEntries(db)
    .where(
      and(
        eq(auditEntries.merchantId, merchantId),
        or(...things.map(({ type, id }) => and(eq(auditEntries.resourceType, type), eq(auditEntries.resourceId, id)))),
      ),
    )
    .orderBy(auditEntries.id)
    .limit(500);
  return rows.map(toView);
}

function selectEntries(db: Queryable) {
  return db
    .select({ entry: auditEntries, sequence: auditChain.sequence, email: users.email, keyName: apiKeys.name })
    .from(auditEntries)
    .leftJoin(auditChain, eq(auditChain.entryId, auditEntries.id))
    .leftJoin(users, and(eq(auditEntries.actorType, "user"), eq(users.id, auditEntries.actorId)))
    .leftJoin(apiKeys, and(eq(auditEntries.actorType, "api_key"), eq(apiKeys.id, auditEntries.actorId)))
    .$dynamic();
}

type Row = Awaited<ReturnType<typeof selectEntries>>[number];

function toView({ entry, sequence, email, keyName }: Row): AuditEntryView {
  const { id, merchantId: _, ...rest } = entry;
  const actorName = email ?? (keyName === null ? (entry.actorId ?? entry.actorType) : `API key “${keyName}”`);
  return { ...rest, id: String(id), sequence, actorName };
}

function matching({ actor, action, resource, outcome, days }: AuditFilter): SQL | undefined {
  return and(
    actor === undefined ? undefined : or(eq(auditEntries.actorId, actor), eq(users.email, actor.toLowerCase())),
    action === undefined ? undefined : sql`starts_with(${auditEntries.action}, ${action.toLowerCase()})`,
    resource === undefined
      ? undefined
      : or(eq(auditEntries.resourceId, resource), eq(auditEntries.resourceType, resource)),
    outcome && eq(auditEntries.outcome, outcome),
    days && withinDays(auditEntries.createdAt, days),
  );
}

/** Whether a text is the place of a row in this list. */
export function isAuditCursor(text: string): boolean {
  return /^[0-9]{1,18}$/.test(text);
}

function beyond(cursor: string, newer: boolean): SQL {
  if (!isAuditCursor(cursor))
    throw new AppError("cursor_invalid", "This page is not one of ours. Start from the first.");
  return newer ? sql`${auditEntries.id} > ${cursor}::bigint` : sql`${auditEntries.id} < ${cursor}::bigint`;
}
