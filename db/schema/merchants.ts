import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { MerchantId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import { minorUnits, moment } from "./columns";

/** The second factors there are, recovery codes aside: those are nobody's choice. */
export const FACTORS = ["totp", "passkey", "sms", "email"] as const;
export const IP_POLICIES = ["log", "step_up", "revoke"] as const;

export const merchants = pgTable(
  "merchants",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** ISO 3166-1 alpha-2. */
    country: text("country").notNull(),
    /** IANA zone in which pages show and group times. */
    timeZone: text("time_zone").notNull(),
    /** `keep`: numbers stay in the vault; `transient`: purged after the first authorisation (RBI card-on-file). */
    vaultMode: text("vault_mode", { enum: ["keep", "transient"] }).notNull(),
    /** Second factors that its people may use. One that cannot be talked or phished out of them is always among them. */
    allowedFactors: text("allowed_factors", { enum: FACTORS })
      .array()
      .notNull()
      .default(sql`'{totp,passkey,sms,email}'`),
    /** What happens when a session is used from another address than it began at, or by another browser. */
    ipPolicy: text("ip_policy", { enum: IP_POLICIES }).notNull().default("log"),
    /** Set while no refund may be begun. */
    moneyOutFrozenAt: moment("money_out_frozen_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    check(
      "merchants_allowed_factors",
      sql`${t.allowedFactors} <@ '{totp,passkey,sms,email}' and ${t.allowedFactors} && '{totp,passkey}'`,
    ),
    check("merchants_ip_policy", sql`${t.ipPolicy} in ('log', 'step_up', 'revoke')`),
    check("merchants_vault_mode", sql`${t.vaultMode} in ('keep', 'transient')`),
  ],
);

/**
 * Up to what refunds of one payment may come in a currency before whoever makes them must prove who they are. Without a row a
 * refund of any amount asks for the proof.
 */
export const refundLimits = pgTable(
  "refund_limits",
  {
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    currency: text("currency").$type<Currency>().notNull(),
    stepUpAboveMinor: minorUnits("step_up_above_minor").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.currency] }),
    check("refund_limits_step_up_above", sql`${t.stepUpAboveMinor} >= 0`),
  ],
);

export const users = pgTable(
  "users",
  {
    id: text("id").primaryKey(),
    merchantId: text("merchant_id")
      .notNull()
      .references(() => merchants.id),
    /** Lower case; compared as such. */
    email: text("email").notNull(),
    name: text("name").notNull(),
    role: text("role", { enum: ["owner", "admin", "operator", "developer", "viewer"] }).notNull(),
    /** argon2id, PHC string. */
    passwordHash: text("password_hash").notNull(),
    disabledAt: moment("disabled_at"),
    /** Set while the user has lost every factor and has not yet enrolled a new one: nobody signs in meanwhile. */
    factorsResetAt: moment("factors_reset_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("users_email").on(t.email),
    index("users_merchant").on(t.merchantId),
    check("users_email_lower", sql`${t.email} = lower(${t.email})`),
    check("users_role", sql`${t.role} in ('owner', 'admin', 'operator', 'developer', 'viewer')`),
  ],
);
