import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** What any program needs from its surroundings. */
const SURROUNDINGS = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "NODE_OPTIONS", "LD_PRELOAD"];

/** What the user may set for the demo's server; the rest of its environment is the demo's own. */
const PASSED_ON =
  /^(RATE_LIMIT_|SESSION_|GATEWAY_|LOCKOUT_|WEBHOOK_|SMTP_|MAIL_|SMS_|UPSTASH_|TRUSTED_PROXIES$|WORKER$|LOG_LEVEL$|DATABASE_POOL_SIZE$|FAKETIME)/;

export type DemoServer = Readonly<{
  port: number;
  dataDir: string;
  databaseUrl: string;
  url: string;
  authSecret: string;
  masterKey: string;
  sandboxUrl: string;
  sandboxCallbackSecret: string;
  mode: "production" | "development";
}>;

/**
 * The environment of the demo's server: built up from nothing, so that neither the owner's database URL nor anything
 * else of the shell it was started from gets in.
 */
export function serverEnvironment(server: DemoServer, given: Environment): NodeJS.ProcessEnv {
  const passedOn = Object.fromEntries(
    Object.entries(given).filter(([name]) => SURROUNDINGS.includes(name) || PASSED_ON.test(name)),
  );
  return {
    // Whoever tries it out has a receiver on the same machine.
    WEBHOOK_ALLOW_PRIVATE: "true",
    ...passedOn,
    NODE_ENV: server.mode,
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(server.port),
    DATA_DIR: server.dataDir,
    DATABASE_URL: server.databaseUrl,
    APP_URL: server.url,
    AUTH_SECRET: server.authSecret,
    MASTER_KEY: server.masterKey,
    GATEWAY: "sandbox",
    SANDBOX_URL: server.sandboxUrl,
    SANDBOX_CALLBACK_SECRET: server.sandboxCallbackSecret,
    // Nobody's mailbox stands behind the demo's addresses: what is sent to them is shown at /outbox.
    OUTBOX_FILE: join(server.dataDir, "outbox.jsonl"),
    DEMO: "true",
  };
}
