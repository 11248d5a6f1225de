import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, exactMoment, moment } from "./columns";
import { merchants, users } from "./merchants";

export const totpFactors = pgTable("totp_factors", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id),
  /** Sealed base32 secret. */
  secret: text("secret").notNull(),
  /** The last RFC 6238 time step that was accepted; a code of this step or an earlier one is spent. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** Failed tries of codes of one account, by what whoever tries has shown before. It survives restarts, and no new challenge resets it. */
export const factorAttempts = pgTable(
  "factor_attempts",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    scope: text("scope", { enum: ["sign_in", "recovery", "session"] }).notNull(),
    failures: integer("failures").notNull().default(0),
    lockedUntil: moment("locked_until"),
  },
  (t) => [primaryKey({ columns: [t.userId, t.scope] }), check("factor_attempts_failures", sql`${t.failures} >= 0`)],
);

/** A right password that waits for its second factor. */
export const signInChallenges = pgTable(
  "sign_in_challenges",
  {
    id: text("id").primaryKey(),
    /** SHA-256 of the random token in the browser's cookie. */
    tokenHash: bytes("token_hash").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    attempts: integer("attempts").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    consumedAt: moment("consumed_at"),
  },
  (t) => [
    uniqueIndex("sign_in_challenges_token").on(t.tokenHash),
    index("sign_in_challenges_user").on(t.userId),
    index("sign_in_challenges_expires").on(t.expiresAt),
  ],
);

export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    /** SHA-256 of the 32 random bytes in the cookie (ASVS 7.2.3). */
    tokenHash: bytes("token_hash").notNull(),
    /** The token before, which opens nothing: so that its use is recognised. */
    previousTokenHash: bytes("previous_token_hash"),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    ip: text("ip"),
    userAgent: text("user_agent"),
    /** The browser that it is bound to, by its signed cookie. */
    deviceId: text("device_id"),
    /** The factor that signed it in. */
    method: text("method", { enum: ["totp", "passkey", "sms", "email", "recovery_code"] }),
    /** Set while it waits for a proof that its new place is its user's (the merchant's policy `step_up`). */
    heldAt: moment("held_at"),
    /** To the microsecond: the oldest is evicted, and two sign-ins may fall into one millisecond. */
    createdAt: exactMoment("created_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
    /** The absolute limit; the idle one is counted from `last_seen_at`. */
    expiresAt: moment("expires_at").notNull(),
    endedAt: moment("ended_at"),
    endedReason: text("ended_reason", {
      enum: [
        ...(["signed_out", "replaced", "evicted", "idle", "absolute", "revoked", "user_disabled"] as const),
        ...(["password_changed", "factors_reset", "address_changed", "device_changed"] as const),
      ],
    }),
    /** The user who ended it, where somebody did. */
    endedBy: text("ended_by"),
  },
  (t) => [
    uniqueIndex("sessions_token").on(t.tokenHash),
    index("sessions_previous_token").on(t.previousTokenHash),
    index("sessions_user").on(t.userId, t.createdAt),
    index("sessions_live").on(t.userId, t.createdAt).where(sql`${t.endedAt} is null`),
    check("sessions_ended", sql`(${t.endedAt} is null) = (${t.endedReason} is null)`),
  ],
);
