import { sql } from "drizzle-orm";
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, moment } from "./columns";
import { merchants, users } from "./merchants";

/** E-mails and text messages to be sent. What one says is sealed, and gone as soon as it is sent or given up. */
export const outgoingMessages = pgTable(
  "outgoing_messages",
  {
    id: text("id").primaryKey(),
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    channel: text("channel", { enum: ["sms", "email"] }).notNull(),
    /** What it is about, for people who look after the server: `sign_in_code`, `new_device` … */
    kind: text("kind").notNull(),
    /** Sealed JSON: to whom and what. */
    sealed: text("sealed"),
    createdAt: moment("created_at").notNull().defaultNow(),
    nextAttemptAt: moment("next_attempt_at").notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
    sentAt: moment("sent_at"),
    failedAt: moment("failed_at"),
    /** After this it is worth nothing to its reader: a code that has expired is not sent. */
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("outgoing_messages_due").on(t.nextAttemptAt).where(sql`${t.sentAt} is null and ${t.failedAt} is null`)],
);

/** Links in e-mails that act once: the token stands in the link and its hash here. */
export const emailLinks = pgTable(
  "email_links",
  {
    id: text("id").primaryKey(),
    tokenHash: bytes("token_hash").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    purpose: text("purpose", { enum: ["reset_password", "reset_factors", "revoke_session"] }).notNull(),
    /** The session that `revoke_session` ends. */
    subject: text("subject"),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    usedAt: moment("used_at"),
  },
  (t) => [
    uniqueIndex("email_links_token").on(t.tokenHash),
    index("email_links_user").on(t.userId),
    index("email_links_expires").on(t.expiresAt),
  ],
);

/** Browsers that a user has signed in from: a sign-in from any other one is told by e-mail. */
export const knownDevices = pgTable(
  "known_devices",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** From the browser's signed cookie. */
    deviceId: text("device_id").notNull(),
    userAgent: text("user_agent"),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.deviceId] })],
);

/** The first merchant's set-up while its owner enrols an authenticator. */
export const pendingSetups = pgTable("pending_setups", {
  id: text("id").primaryKey(),
  tokenHash: bytes("token_hash").notNull(),
  /** Sealed JSON: everything that was entered, the password as its hash, and the authenticator's secret. */
  sealed: text("sealed").notNull(),
  attempts: integer("attempts").notNull().default(0),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
});
