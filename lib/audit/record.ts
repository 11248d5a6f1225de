import { sql } from "drizzle-orm";
import type { AuditContext } from "@/db/audit-context";
import { auditEntries } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { maskText } from "@/lib/logging/mask-text";

/** Something that is no change of a row: a sign-in, a refusal, a read of card data, an export. */
export type AuditEvent = Readonly<{
  action: string;
  outcome: "success" | "denied";
  resourceType: string;
  resourceId: string | null;
  /** What stands here is kept for ever: secrets that people typed where none belong are masked. */
  details?: Readonly<Record<string, unknown>>;
}>;

/**
 * Writes an entry that no trigger writes, in the caller's transaction: it commits with what it tells of. A refusal is
 * recorded in a transaction of its own, so that it survives the rollback of what was refused.
 */
export async function recordAudit(tx: Transaction, context: AuditContext, event: AuditEvent): Promise<void> {
  const { actor, merchantId, ip, userAgent, requestId } = context;
  const { action, outcome, resourceType, resourceId, details } = event;
  const newValues = details ? JSON.stringify(withoutSecrets(details)) : null;
  // By hand: the query builder names every column, and the application's role may not name an entry's number and time.
  await tx.execute(sql`
    insert into ${auditEntries} (merchant_id, action, outcome, resource_type, resource_id, new_values,
                                 actor_type, actor_id, ip, user_agent, request_id)
    values (${merchantId}, ${action}, ${outcome}, ${resourceType}, ${resourceId}, ${newValues}::text::jsonb,
            ${actor.type}, ${actor.id}, ${ip}, ${userAgent}, ${requestId})`);
}

/**
 * Writes the entry of a change to something that is in no table of ours, as a trigger would have: by the actor that the
 * transaction carries, and in it.
 */
export async function recordChange(
  tx: Transaction,
  change: Readonly<{
    merchantId: string;
    resourceType: string;
    resourceId: string;
    verb: "created" | "updated" | "ended";
    oldValues: Readonly<Record<string, unknown>> | null;
    newValues: Readonly<Record<string, unknown>>;
  }>,
): Promise<void> {
  const { merchantId, resourceType, resourceId, verb, oldValues, newValues } = change;
  const json = (values: typeof oldValues) => (values === null ? null : JSON.stringify(values));
  await tx.execute(sql`
    insert into ${auditEntries} (merchant_id, action, outcome, resource_type, resource_id, old_values, new_values,
                                 actor_type, actor_id, ip, user_agent, request_id)
    select ${merchantId}, ${`${resourceType}.${verb}`}, 'success', ${resourceType}, ${resourceId},
           ${json(oldValues)}::text::jsonb, ${json(newValues)}::text::jsonb,
           context ->> 'actorType', context ->> 'actorId', context ->> 'ip', context ->> 'userAgent', context ->> 'requestId'
      from audit_context() as context`);
}

function withoutSecrets(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details), (_, value) => (typeof value === "string" ? maskText(value) : value));
}
