import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, moment } from "./columns";
import { users } from "./merchants";

const userId = () =>
  text("user_id")
    .notNull()
    .references(() => users.id);

/** Codes by text message: one number a user. */
export const phoneFactors = pgTable("phone_factors", {
  userId: userId().primaryKey(),
  /** Sealed, E.164. */
  phone: text("phone").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** Codes by e-mail, to the address of the account. */
export const emailFactors = pgTable("email_factors", {
  userId: userId().primaryKey(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** WebAuthn credentials: several a user, each with a name of theirs. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    userId: userId(),
    name: text("name").notNull(),
    /** As the authenticator gave it, base64url. */
    credentialId: text("credential_id").notNull(),
    /** COSE key. */
    publicKey: bytes("public_key").notNull(),
    /** The last signature counter; 0 for authenticators that do not count. */
    counter: bigint("counter", { mode: "number" }).notNull().default(0),
    transports: text("transports").array().notNull(),
    aaguid: text("aaguid").notNull(),
    /** Whether it is kept in a cloud of the user's (a synced passkey). */
    backedUp: boolean("backed_up").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastUsedAt: moment("last_used_at"),
  },
  (t) => [uniqueIndex("passkeys_credential").on(t.credentialId), index("passkeys_user").on(t.userId)],
);

/** The challenges of WebAuthn ceremonies under way. Using one deletes it. */
export const webauthnChallenges = pgTable(
  "webauthn_challenges",
  {
    /** SHA-256 of the challenge. */
    challengeHash: bytes("challenge_hash").primaryKey(),
    purpose: text("purpose", { enum: ["sign_in", "second_factor", "enrol", "step_up", "recover"] }).notNull(),
    /** Null only where nobody is known yet: sign-in without a password. */
    userId: text("user_id").references(() => users.id),
    /** What it is for: the id of the sign-in challenge, the session, the step-up or the link. */
    subject: text("subject"),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [
    index("webauthn_challenges_expires").on(t.expiresAt),
    check("webauthn_challenges_user", sql`(${t.userId} is null) = (${t.purpose} = 'sign_in')`),
  ],
);

/** What is left of a user's recovery codes: selector → argon2id hash of the rest. Using one takes it out. */
export const recoveryCodes = pgTable("recovery_codes", {
  userId: userId().primaryKey(),
  codes: jsonb("codes").$type<Readonly<Record<string, string>>>().notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** A factor that its user has begun to enrol and not yet proved. One of a kind at a time. */
export const factorEnrolments = pgTable(
  "factor_enrolments",
  {
    id: text("id").primaryKey(),
    userId: userId(),
    kind: text("kind", { enum: ["totp", "sms", "email"] }).notNull(),
    /** Sealed: the authenticator's secret or the phone number; null for e-mail. */
    sealed: text("sealed"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [uniqueIndex("factor_enrolments_user_kind").on(t.userId, t.kind)],
);

/** Codes sent by text message or e-mail. Each is bound to what it is for; a new one replaces the one before. */
export const oneTimeCodes = pgTable(
  "one_time_codes",
  {
    id: text("id").primaryKey(),
    userId: userId(),
    /** The sign-in challenge or the enrolment that it was sent for. */
    subject: text("subject").notNull(),
    channel: text("channel", { enum: ["sms", "email"] }).notNull(),
    /** HMAC under `code-pepper` of subject, channel and code. */
    codeMac: bytes("code_mac").notNull(),
    kid: text("kid").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [
    uniqueIndex("one_time_codes_subject").on(t.subject, t.channel),
    index("one_time_codes_expires").on(t.expiresAt),
  ],
);

/** A proof that somebody is still there, asked for and given for one act of one session. */
export const stepUps = pgTable(
  "step_ups",
  {
    id: text("id").primaryKey(),
    sessionId: text("session_id").notNull(),
    userId: userId(),
    purpose: text("purpose").notNull(),
    /** SHA-256 over the purpose and everything that it authorises. */
    bindsHash: bytes("binds_hash").notNull(),
    /** What the person was told that they confirm. */
    description: text("description").notNull(),
    method: text("method", { enum: ["totp", "passkey", "recovery_code"] }),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    grantedAt: moment("granted_at"),
    consumedAt: moment("consumed_at"),
  },
  (t) => [
    index("step_ups_session").on(t.sessionId, t.createdAt),
    index("step_ups_expires").on(t.expiresAt),
    check("step_ups_granted", sql`(${t.grantedAt} is null) = (${t.method} is null)`),
    check("step_ups_consumed", sql`${t.consumedAt} is null or ${t.grantedAt} is not null`),
  ],
);
