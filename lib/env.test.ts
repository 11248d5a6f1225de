import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseEnv } from "./env";

const LEAST = {
  DATABASE_URL: "postgres://app:secret-password@127.0.0.1/db",
  APP_URL: "http://127.0.0.1:3000",
  AUTH_SECRET: "a".repeat(32),
  MASTER_KEY: `one-1:${randomBytes(32).toString("base64")}`,
  SANDBOX_URL: "http://127.0.0.1:4000",
};

function messageOf(source: Readonly<Record<string, string | undefined>>): string {
  try {
    parseEnv(source);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("parseEnv", () => {
  it("needs five variables and gives the rest the contract's defaults", () => {
    expect(parseEnv(LEAST)).toMatchObject({
      ...LEAST,
      DATABASE_POOL_SIZE: 20,
      TRUSTED_PROXIES: 0,
      GATEWAY: "sandbox",
      GATEWAY_TIMEOUT_MS: 5000,
      SESSION_IDLE_SECONDS: 900,
      SESSION_ABSOLUTE_SECONDS: 43_200,
      SESSION_MAX: 3,
      LOCKOUT_SECONDS: 900,
      WEBHOOK_ALLOW_PRIVATE: false,
      RATE_LIMIT_CREATE_PAYMENT: { limit: 100, windowSeconds: 60 },
      RATE_LIMIT_GET_TRANSACTION: { limit: 1000, windowSeconds: 60 },
      RATE_LIMIT_REFUND: { limit: 10, windowSeconds: 60 },
      RATE_LIMIT_TOKENIZE: { limit: 100, windowSeconds: 60 },
      RATE_LIMIT_OTHER: { limit: 300, windowSeconds: 60 },
      RATE_LIMIT_AUTH_FAILURES: { limit: 120, windowSeconds: 60 },
    });
  });

  it("names everything that is missing at once", () => {
    const message = messageOf({});
    for (const name of Object.keys(LEAST)) expect(message).toContain(`  ${name}: `);
    expect(message).toContain(".env.example");
  });

  it("takes an empty variable for one that is not set", () => {
    expect(messageOf({ ...LEAST, MASTER_KEY: "" })).toContain("MASTER_KEY");
    expect(parseEnv({ ...LEAST, SESSION_MAX: "", TRUSTED_PROXIES: undefined }).SESSION_MAX).toBe(3);
  });

  it.each([
    ["DATABASE_URL", "mysql://app@127.0.0.1/db"],
    ["DATABASE_POOL_SIZE", "1"],
    ["DATABASE_POOL_SIZE", "many"],
    ["APP_URL", "127.0.0.1:3000"],
    ["APP_URL", "javascript:alert(1)"],
    ["APP_URL", "http://pay.example.com"],
    ["APP_URL", "https://pay.example.com/path"],
    ["MASTER_KEY", "abc"],
    ["MASTER_KEY", "one:AAAA"],
    ["AUTH_SECRET", "a".repeat(31)],
    ["SANDBOX_URL", "ftp://127.0.0.1"],
    ["TRUSTED_PROXIES", "-1"],
    ["TRUSTED_PROXIES", "true"],
    ["TRUSTED_PROXIES", "1.5"],
    ["GATEWAY", "adyen"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://127.0.0.1:4317"],
    ["SANDBOX_CALLBACK_SECRET", "c".repeat(31)],
    ["STRIPE_SECRET_KEY", "pk_live_0123456789"],
    ["STRIPE_ACCOUNT_ID", "1032D82eZvKYlo2C"],
    ["STRIPE_WEBHOOK_SECRET", "secret_0123456789abcdef"],
    ["GATEWAY_TIMEOUT_MS", "0"],
    ["GATEWAY_TIMEOUT_MS", "Infinity"],
    ["SESSION_IDLE_SECONDS", "0"],
    ["LOG_LEVEL", "silent"],
    ["NODE_ENV", "staging"],
    ["RATE_LIMIT_CREATE_PAYMENT", "100"],
    ["RATE_LIMIT_CREATE_PAYMENT", "0/60"],
    ["RATE_LIMIT_CREATE_PAYMENT", "100/0"],
    ["RATE_LIMIT_CREATE_PAYMENT", "100/60/1"],
    ["RATE_LIMIT_CREATE_PAYMENT", "1e2/60"],
    ["RATE_LIMIT_CREATE_PAYMENT", " 100/60"],
    ["SMTP_URL", "https://mail.example.com"],
    ["SMTP_URL", "mail.example.com:25"],
    ["SMTP_URL", "smtp://mail.example.com?tls=no"],
    ["MAIL_FROM", "Countinghouse"],
    ["MAIL_FROM", "a@example.com\r\nBcc: b@example.com"],
    ["SMS_PROVIDER_URL", "ftp://example.com"],
    ["WEBHOOK_ALLOW_PRIVATE", "yes"],
  ])("refuses %s=%s and names it alone", (name, value) => {
    const message = messageOf({ ...LEAST, [name]: value });
    expect(message.match(/^ {2}[A-Z_]+(?=: )/gm)).toEqual([`  ${name}`]);
  });

  it("reads a quota as calls by seconds", () => {
    expect(parseEnv({ ...LEAST, RATE_LIMIT_REFUND: "7/3600" }).RATE_LIMIT_REFUND).toEqual({
      limit: 7,
      windowSeconds: 3600,
    });
  });

  it("the schedule's secret is long", () => {
    expect(messageOf({ ...LEAST, CRON_SECRET: "x".repeat(31) })).toContain("CRON_SECRET: must have at least 32");
    expect(messageOf({ ...LEAST, CRON_SECRET: `${"x".repeat(32)} y` })).toContain("CRON_SECRET: must have");
    expect(parseEnv({ ...LEAST, CRON_SECRET: "x".repeat(32) }).CRON_SECRET).toHaveLength(32);
  });

  it("takes Redis as a whole or not at all, and over https", () => {
    const REDIS = { UPSTASH_REDIS_REST_URL: "https://redis.example.com", UPSTASH_REDIS_REST_TOKEN: "token" };
    expect(parseEnv({ ...LEAST, ...REDIS })).toMatchObject(REDIS);
    expect(messageOf({ ...LEAST, ...REDIS, UPSTASH_REDIS_REST_TOKEN: "" })).toContain("REST_TOKEN: is not set");
    expect(messageOf({ ...LEAST, ...REDIS, UPSTASH_REDIS_REST_URL: "" })).toContain("REST_URL: is not set");
    const inPlain = { ...REDIS, UPSTASH_REDIS_REST_URL: "http://redis.example.com" };
    expect(messageOf({ ...LEAST, ...inPlain })).toContain("UPSTASH_REDIS_REST_URL: must be https");
    for (const host of ["redis-rest:8080", "localhost:8080"]) {
      expect(() => parseEnv({ ...LEAST, ...REDIS, UPSTASH_REDIS_REST_URL: `http://${host}` }), host).not.toThrow();
    }
    for (const host of ["10.0.0.1", "[2001:db8::1]", "redis.internal", "redis."]) {
      expect(messageOf({ ...LEAST, ...REDIS, UPSTASH_REDIS_REST_URL: `http://${host}` }), host).toContain(
        "must be https",
      );
    }
  });

  it("takes Stripe as a whole, and needs no sandbox then", () => {
    const { SANDBOX_URL: _, ...rest } = LEAST;
    const STRIPE = {
      STRIPE_SECRET_KEY: "rk_live_0123456789",
      STRIPE_ACCOUNT_ID: "acct_1032D82eZvKYlo2C",
      STRIPE_WEBHOOK_SECRET: "whsec_0123456789abcdef",
    };
    const stripe = { ...rest, GATEWAY: "stripe", ...STRIPE };
    expect(parseEnv(stripe)).toMatchObject({ GATEWAY: "stripe", ...STRIPE });
    for (const name of Object.keys(STRIPE)) {
      expect(messageOf({ ...stripe, [name]: "" })).toContain(`  ${name}: is not set`);
    }
    expect(messageOf({ ...stripe, GATEWAY: "sandbox" })).toContain("  SANDBOX_URL: is not set");
  });

  const SMS = { SMS_ACCOUNT_SID: "AC0", SMS_AUTH_TOKEN: "t", SMS_FROM: "+14155550100" };

  it.each([
    ["SMS_ACCOUNT_SID", "AC/../x"],
    ["SMS_AUTH_TOKEN", "t\r\nX: y"],
    ["SMS_FROM", "14155550100"],
    ["SMS_FROM", "&To=+14155550199"],
  ])("refuses %s=%s and names it", (name, value) => {
    expect(messageOf({ ...LEAST, ...SMS, [name]: value })).toMatch(new RegExp(`:\n {2}${name}: .*\n[^\n]+$`));
  });

  it.each(["SMS_ACCOUNT_SID", "SMS_AUTH_TOKEN", "SMS_FROM"])("refuses text messages set up but for %s", (name) => {
    expect(messageOf({ ...LEAST, ...SMS, [name]: undefined })).toContain(`  ${name}: is not set`);
  });

  it("takes a number or a messaging service to send text messages from, and not both", () => {
    const service = { SMS_MESSAGING_SERVICE_SID: "MG0" };
    expect(messageOf({ ...LEAST, ...SMS })).toBe("");
    expect(messageOf({ ...LEAST, ...SMS, SMS_FROM: undefined, ...service })).toBe("");
    expect(messageOf({ ...LEAST, ...SMS, ...service })).toContain("SMS_MESSAGING_SERVICE_SID");
  });

  it("env.no-values: the attack is to read secrets in the log of a failed start", () => {
    const secrets = { DATABASE_URL: "mysql://u:hunter2@h/d", AUTH_SECRET: "too-short-secret", MASTER_KEY: "" };
    const message = messageOf({ ...LEAST, ...secrets, APP_URL: "secret-host" });
    for (const secret of ["hunter2", "too-short-secret", "secret-host"]) expect(message).not.toContain(secret);
  });

  it("outbox.local-only: the attack is to read everybody's codes on a public server that has the demo's outbox", () => {
    const outbox = { ...LEAST, OUTBOX_FILE: "/tmp/outbox.jsonl" };
    expect(messageOf({ ...outbox, APP_URL: "https://pay.example.com" })).toContain("OUTBOX_FILE: shows every code");
    expect(messageOf(outbox)).toBe("");
  });
});
