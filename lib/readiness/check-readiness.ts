import { sql } from "drizzle-orm";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { logger } from "@/lib/logging/logger";
import { checkElsewhere, checkOwnReconciler } from "@/lib/reconciler/own-reconciler";
import { pingSessionStore } from "@/lib/sessions/sessions";

const DEADLINE_MS = 2000;

/** What this server needs to do its work; each check rejects when it is missing. */
const CHECKS = {
  database: () => database().db.execute(sql`select 1`),
  keys: () => keyRing(),
  sessions: () => pingSessionStore(),
  reconciler: () => checkOwnReconciler(),
} as const satisfies Record<string, () => Promise<unknown>>;

/** What a person has to look at, and no reason to take a server out of service: that would help nobody who is waiting. */
const ATTENTION = { pending_elsewhere: () => checkElsewhere() } as const satisfies Record<
  string,
  () => Promise<boolean>
>;

export type Readiness = Readonly<{ ready: boolean; missing: string[]; attention: string[] }>;

/** Asks for everything at once, with a deadline, and names what is missing. */
export async function checkReadiness(): Promise<Readiness> {
  const names = Object.keys(CHECKS) as (keyof typeof CHECKS)[];
  const results = await Promise.all(names.map((name) => works(name).then((ok) => (ok ? [] : [name]))));
  const missing = results.flat();
  const noticed = await Promise.all(
    Object.entries(ATTENTION).map(async ([name, asks]) =>
      (await withinDeadline(asks).catch(() => false)) ? [name] : [],
    ),
  );
  return { ready: missing.length === 0, missing, attention: noticed.flat() };
}

async function works(name: keyof typeof CHECKS): Promise<boolean> {
  try {
    await withinDeadline<unknown>(CHECKS[name]);
    return true;
  } catch (error) {
    logger.warn({ err: error, check: name }, "not ready");
    return false;
  }
}

function withinDeadline<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS).unref();
  });
  return Promise.race([ask(), deadline]);
}
