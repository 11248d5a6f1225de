import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { SEAL_BATCH, sealEntries } from "@/lib/audit/seal-entries";
import { keyRing } from "@/lib/keys/key-ring";
import { logger } from "@/lib/logging/logger";
import { type Courier, createCourier } from "@/lib/messages/courier";
import { processSenders } from "@/lib/messages/process-senders";
import { deleteOldRequests } from "@/lib/request-log/request-log-store";
import { ENDED_AT_ONCE_MAX } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { deleteExpired } from "./sweep-store";

/** One step of background work; true when there is more to do at once. */
export type Turn = () => Promise<boolean>;

/** What every server does beside answering, as single steps: its loops take them in turn, and so does the scheduled route. */
export function ownTurns(client: DatabaseClient) {
  return {
    seal: async () => (await sealEntries(client)) === SEAL_BATCH,
    endSessions: async () => {
      const ended = await transact(client, systemContext("session-limits"), (tx) => sessions().endOverdue(tx));
      return ended === ENDED_AT_ONCE_MAX;
    },
    sweepRequests: () => deleteOldRequests(client.db),
    sweep: () => deleteExpired(client.db),
  } satisfies Record<string, Turn>;
}

/** Sends messages by what this process's environment names. */
export function ownCourier(client: DatabaseClient): Courier {
  return createCourier({ client, ring: keyRing, senders: processSenders(), logger });
}
