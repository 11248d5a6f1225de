import { z } from "zod";
import { parseMasterKeys } from "@/lib/crypto/master-keys";

const seconds = z.coerce.number().int().positive();
const quota = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,5}$/, "must be CALLS/SECONDS, for example 100/60")
  .transform((value) => {
    const [limit, windowSeconds] = value.split("/").map(Number);
    return { limit: limit ?? 1, windowSeconds: windowSeconds ?? 60 };
  });

/** https, except on this machine. */
function checkTransport(text: string, context: z.RefinementCtx): void {
  const url = URL.parse(text);
  // What is no web address at all has been refused as that already.
  if (!url || !/^https?:$/.test(url.protocol)) return;
  if (url.protocol !== "https:" && !isLocal(url)) context.addIssue("must be https, except on localhost");
}

/** As `checkTransport`; a name without a dot is one of the network that containers on one machine have to themselves. */
function checkNeighbour(text: string, context: z.RefinementCtx): void {
  if (!/^[a-z0-9-]+$/.test(URL.parse(text)?.hostname ?? "")) checkTransport(text, context);
}

function isLocal(url: URL | null): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url?.hostname ?? "");
}

/** An origin alone; over http the session cookie cannot be Secure. */
function checkAppUrl(text: string, context: z.RefinementCtx): void {
  checkTransport(text, context);
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return;
  if (url.href !== `${url.origin}/`) context.addIssue("must be an origin alone, such as https://pay.example.com");
}

/** Its errors never quote the value. */
function checkMasterKeys(text: string, context: z.RefinementCtx): void {
  try {
    parseMasterKeys(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is not a list of keys");
  }
}

/** The protocol decides about TLS: `smtps` from the first byte, `smtp` by STARTTLS. */
function checkSmtpUrl(text: string, context: z.RefinementCtx): void {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === "" || url.search !== "" || url.hash !== "") {
    context.addIssue("must be smtp://USER:PASSWORD@HOST:PORT or smtps://…, and nothing after it");
  }
}

const mailbox = /^([^<>@\r\n]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;
const smsSender = /^(\+[1-9]\d{6,14}|\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

const variables = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL of the application role"),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(20),
  APP_URL: z.url({ protocol: /^https?$/ }).superRefine(checkAppUrl),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters"),
  MASTER_KEY: z.string().superRefine(checkMasterKeys),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  GATEWAY: z.enum(["sandbox", "stripe"]).default("sandbox"),
  SANDBOX_URL: z.url({ protocol: /^https?$/ }).optional(),
  SANDBOX_CALLBACK_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_[A-Za-z0-9]{8,250}$/, "must be a secret or restricted key: sk_live_…, rk_test_…")
    .optional(),
  STRIPE_ACCOUNT_ID: z
    .string()
    .regex(/^acct_[A-Za-z0-9]{1,64}$/, "must be the account's id, which begins with acct_")
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[\x21-\x7e]{16,250}$/, "must be the webhook endpoint's signing secret, which begins with whsec_")
    .optional(),
  GATEWAY_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(5000),
  WORKER: z.enum(["on", "off"]).default("on"),
  CRON_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, "must have at least 32 characters, without spaces")
    .optional(),
  SESSION_IDLE_SECONDS: seconds.default(900),
  SESSION_ABSOLUTE_SECONDS: seconds.default(43_200),
  SESSION_MAX: z.coerce.number().int().min(1).max(100).default(3),
  LOCKOUT_SECONDS: seconds.default(900),
  RATE_LIMIT_CREATE_PAYMENT: quota.prefault("100/60"),
  RATE_LIMIT_GET_TRANSACTION: quota.prefault("1000/60"),
  RATE_LIMIT_REFUND: quota.prefault("10/60"),
  RATE_LIMIT_TOKENIZE: quota.prefault("100/60"),
  RATE_LIMIT_OTHER: quota.prefault("300/60"),
  RATE_LIMIT_AUTH_FAILURES: quota.prefault("120/60"),
  RATE_LIMIT_SIGN_IN: quota.prefault("60/600"),
  SMTP_URL: z.string().superRefine(checkSmtpUrl).optional(),
  MAIL_FROM: z.string().regex(mailbox, "must be ADDRESS or NAME <ADDRESS>").optional(),
  SMS_PROVIDER_URL: z.url({ protocol: /^https?$/ }).default("https://api.twilio.com"),
  SMS_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9A-Za-z]{1,62}$/, "must be the account's SID, which begins with AC")
    .optional(),
  SMS_AUTH_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be without spaces")
    .optional(),
  SMS_FROM: z
    .string()
    .regex(smsSender, "must be a number such as +14155550100 or a name of 11 letters at most")
    .optional(),
  SMS_MESSAGING_SERVICE_SID: z
    .string()
    .regex(/^MG[0-9A-Za-z]{1,62}$/, "must begin with MG")
    .optional(),
  UPSTASH_REDIS_REST_URL: z
    .url({ protocol: /^https?$/ })
    .superRefine(checkNeighbour)
    .optional(),
  UPSTASH_REDIS_REST_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be without spaces")
    .optional(),
  WEBHOOK_ALLOW_PRIVATE: z
    .enum(["true", "false"])
    .default("false")
    .transform((word) => word === "true"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OUTBOX_FILE: z.string().optional(),
});

/** Redis is set up as a whole or not at all: half of it would leave the sessions where nobody looks for them. */
function checkRedis(given: z.infer<typeof variables>, context: z.RefinementCtx): void {
  const names = ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"] as const;
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length !== 1) return;
  context.addIssue({ code: "custom", path: missing, message: "is not set" });
}

type GatewayVariable = "SANDBOX_URL" | "STRIPE_SECRET_KEY" | "STRIPE_ACCOUNT_ID" | "STRIPE_WEBHOOK_SECRET";

/** The acquirer is set up as a whole: a server that cannot charge must not take payments. */
const isThere = (name: GatewayVariable, gateway: z.infer<typeof variables>["GATEWAY"]) => {
  return (given: z.infer<typeof variables>) => (given.GATEWAY ?? "sandbox") !== gateway || given[name] !== undefined;
};
/** `when`: told together with whatever else is wrong. */
const notSet = (name: GatewayVariable) => ({ path: [name], error: "is not set", when: () => true });

/** The demo's messages are shown to whoever opens /outbox: on this machine alone. */
function checkOutbox({ OUTBOX_FILE, APP_URL }: z.infer<typeof variables>, context: z.RefinementCtx): void {
  if (OUTBOX_FILE === undefined || isLocal(URL.parse(APP_URL))) return;
  const message = "shows every code to anybody; it is for a demo on localhost. Set SMTP_URL instead";
  context.addIssue({ code: "custom", path: ["OUTBOX_FILE"], message });
}

/** Text messages are set up as a whole or not at all: half of it would be found out by somebody who waits for a code. */
const schema = variables
  .refine(isThere("SANDBOX_URL", "sandbox"), notSet("SANDBOX_URL"))
  .refine(isThere("STRIPE_SECRET_KEY", "stripe"), notSet("STRIPE_SECRET_KEY"))
  .refine(isThere("STRIPE_ACCOUNT_ID", "stripe"), notSet("STRIPE_ACCOUNT_ID"))
  .refine(isThere("STRIPE_WEBHOOK_SECRET", "stripe"), notSet("STRIPE_WEBHOOK_SECRET"))
  .superRefine(checkRedis)
  .superRefine(checkOutbox)
  .superRefine((given, context) => {
    const { SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM, SMS_MESSAGING_SERVICE_SID } = given;
    const sender = SMS_FROM ?? SMS_MESSAGING_SERVICE_SID;
    if ([SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, sender].every((value) => value === undefined)) return;
    const missing = (name: string) => context.addIssue({ code: "custom", path: [name], message: "is not set" });
    if (SMS_ACCOUNT_SID === undefined) missing("SMS_ACCOUNT_SID");
    if (SMS_AUTH_TOKEN === undefined) missing("SMS_AUTH_TOKEN");
    if (sender === undefined) missing("SMS_FROM");
    if (SMS_FROM !== undefined && SMS_MESSAGING_SERVICE_SID !== undefined) {
      const message = "cannot be set together with SMS_FROM; remove one of the two";
      context.addIssue({ code: "custom", path: ["SMS_MESSAGING_SERVICE_SID"], message });
    }
  });

export type Env = z.infer<typeof schema>;
export type Quota = Env["RATE_LIMIT_OTHER"];

/** Reads and checks the environment. Throws one error that names every variable that is missing or wrong, never a value. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  // An empty variable (`FOO=` in a file) means "not set".
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return `  ${name}: ${name in given ? issue.message : "is not set"}`;
  });
  throw new Error(`The environment is not complete:\n${problems.join("\n")}\nSee .env.example for what each one is.`);
}

let cached: Env | null = null;

/** The checked environment of this process; the only reader of `process.env`. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}
