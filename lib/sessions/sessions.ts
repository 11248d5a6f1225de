import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { postgresSessionStore } from "./postgres-session-store";
import type { SessionStore } from "./session-store";

/** This process's session store, from its environment. */
export function sessions(): SessionStore {
  const { SESSION_IDLE_SECONDS, SESSION_ABSOLUTE_SECONDS, SESSION_MAX } = env();
  return postgresSessionStore(database().db, {
    idleSeconds: SESSION_IDLE_SECONDS,
    absoluteSeconds: SESSION_ABSOLUTE_SECONDS,
    maxPerUser: SESSION_MAX,
  });
}
