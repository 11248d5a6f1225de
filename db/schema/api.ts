import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { CustomerId, MerchantId, OperationId, PaymentId, RefundId, RequestId } from "@/lib/ids/id";
import { bytes, exactMoment, moment } from "./columns";
import { merchants } from "./merchants";
import { paymentOperations, payments, refunds } from "./payments";

export const apiKeys = pgTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    name: text("name").notNull(),
    /** Sealed: checking an HMAC needs the secret itself back, so it cannot be a hash. */
    secret: text("secret").notNull(),
    /** The secret being rotated out, good until `previous_secret_until`. */
    previousSecret: text("previous_secret"),
    previousSecretUntil: moment("previous_secret_until"),
    permissions: text("permissions").array().notNull(),
    /** CIDR blocks; null admits every address. */
    ipAllowList: text("ip_allow_list").array(),
    expiresAt: moment("expires_at"),
    revokedAt: moment("revoked_at"),
    /** When a request was last accepted with it, some seconds late: see lib/request-log. */
    lastUsedAt: moment("last_used_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("api_keys_merchant").on(t.merchantId), check("api_keys_mode", sql`${t.mode} in ('test', 'live')`)],
);

/** Nonces that a right signature has spent. The primary key is what makes two servers agree. */
export const requestNonces = pgTable(
  "request_nonces",
  {
    apiKeyId: text("api_key_id").notNull(),
    nonce: text("nonce").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.apiKeyId, t.nonce] }), index("request_nonces_created").on(t.createdAt)],
);

/**
 * What was asked of the integration API and how it was answered, for the merchant to look into: masked, never a body. A log and
 * not the truth: it is written in batches after the answers, and a crash loses the last seconds of it.
 */
export const apiRequests = pgTable(
  "api_requests",
  {
    /** The request's id. A batch whose answer was lost is written again, and counts once. */
    id: text("id").primaryKey().$type<RequestId>(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    apiKeyId: text("api_key_id").notNull(),
    method: text("method").notNull(),
    /** The path with `{id}` in the place of what stands there. */
    route: text("route").notNull(),
    /** Path and query, masked. */
    path: text("path").notNull(),
    status: integer("status").notNull(),
    errorCode: text("error_code"),
    durationMs: integer("duration_ms").notNull(),
    /** Masked. */
    idempotencyKey: text("idempotency_key"),
    ip: text("ip"),
    userAgent: text("user_agent"),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [
    index("api_requests_merchant").on(t.merchantId, t.mode, t.createdAt, t.id),
    // What went wrong, and what one key did, among ever so many others.
    index("api_requests_errors").on(t.merchantId, t.mode, t.createdAt, t.id).where(sql`${t.status} >= 400`),
    index("api_requests_key").on(t.apiKeyId, t.createdAt, t.id),
    index("api_requests_created").on(t.createdAt),
  ],
);

/** How many calls a subject has had accepted in all; the row lock makes its decisions one after another. */
export const rateLimitSubjects = pgTable("rate_limit_subjects", {
  subject: text("subject").primaryKey(),
  accepted: bigint("accepted", { mode: "number" }).notNull().default(0),
  lastAt: exactMoment("last_at").notNull().defaultNow(),
});

/** The accepted calls themselves, numbered. The call `limit` places back decides whether the next may pass. */
export const rateLimitHits = pgTable(
  "rate_limit_hits",
  {
    subject: text("subject").notNull(),
    number: bigint("number", { mode: "number" }).notNull(),
    at: exactMoment("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.subject, t.number] })],
);

export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    key: text("key").notNull(),
    method: text("method").notNull(),
    path: text("path").notNull(),
    /** HMAC of the parsed body without `cvc`: a plain hash of a card number could be searched. */
    fingerprint: bytes("fingerprint").notNull(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .references(() => payments.id),
    operationId: text("operation_id")
      .$type<OperationId>()
      .references(() => paymentOperations.id),
    refundId: text("refund_id")
      .$type<RefundId>()
      .references(() => refunds.id),
    /** Whose personal data the stored answer holds: it goes when they are erased. */
    customerId: text("customer_id").$type<CustomerId>(),
    /** Whoever holds the highest fence may write the answer; one that lost its lease is refused. */
    fence: integer("fence").notNull().default(1),
    leaseUntil: moment("lease_until").notNull(),
    responseStatus: integer("response_status"),
    responseBody: text("response_body"),
    createdAt: moment("created_at").notNull().defaultNow(),
    completedAt: moment("completed_at"),
    /** How often the stored answer was given again, and how often the key came with another request. */
    replays: integer("replays").notNull().default(0),
    conflicts: integer("conflicts").notNull().default(0),
    lastReplayedAt: moment("last_replayed_at"),
    lastConflictAt: moment("last_conflict_at"),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.mode, t.key] }),
    index("idempotency_keys_created").on(t.createdAt),
    index("idempotency_keys_customer").on(t.customerId).where(sql`${t.customerId} is not null`),
    check(
      "idempotency_keys_answer",
      sql`(${t.responseStatus} is null) = (${t.responseBody} is null) and (${t.responseStatus} is null) = (${t.completedAt} is null)`,
    ),
  ],
);
