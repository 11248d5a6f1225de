import { bigint, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, moment } from "./columns";

/**
 * The audit trail (PCI DSS 10.2.2: who, what, when, outcome, from where, on what). The application's role may
 * only insert and read; triggers refuse the rest to everybody who does not first disable them.
 */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    /** Null where no merchant is known, as in a sign-in with an unknown e-mail. */
    merchantId: text("merchant_id"),
    action: text("action").notNull(),
    outcome: text("outcome", { enum: ["success", "denied"] })
      .notNull()
      .default("success"),
    resourceType: text("resource_type").notNull(),
    resourceId: text("resource_id"),
    oldValues: jsonb("old_values").$type<Record<string, unknown>>(),
    newValues: jsonb("new_values").$type<Record<string, unknown>>(),
    actorType: text("actor_type", { enum: ["user", "api_key", "system"] }).notNull(),
    actorId: text("actor_id"),
    ip: text("ip"),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("audit_entries_newest").on(t.merchantId, t.id),
    index("audit_entries_resource").on(t.merchantId, t.resourceType, t.resourceId, t.id),
  ],
);

/** Entries that wait for the sealer, so that no payment ever waits for the chain. */
export const auditQueue = pgTable("audit_queue", {
  entryId: bigint("entry_id", { mode: "bigint" }).primaryKey(),
});

/** One hash chain a merchant (and one, `system`, for entries of none). Insert-only, like the entries. */
export const auditChain = pgTable(
  "audit_chain",
  {
    chain: text("chain").notNull(),
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    entryId: bigint("entry_id", { mode: "bigint" }).notNull(),
    /** SHA-256 over the hash before it and the entry's canonical form. */
    hash: bytes("hash").notNull(),
    sealedAt: moment("sealed_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.chain, t.sequence] }), uniqueIndex("audit_chain_entry").on(t.entryId)],
);
