import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { sealEntries } from "@/lib/audit/seal-entries";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { processGateway } from "@/lib/gateway/process-gateway";
import { logger } from "@/lib/logging/logger";
import { processSenders } from "@/lib/messages/process-senders";
import { startMetrics } from "@/lib/metrics/start-metrics";
import { ownPending, startOwnReconciler } from "@/lib/reconciler/own-reconciler";
import { requestLog } from "@/lib/request-log/request-log";
import { startOwnWebhooks } from "@/lib/webhooks/own-webhooks";
import { startKeysLoop } from "./keys-loop";
import { ownCourier, ownTurns } from "./own-turns";
import { runLoop } from "./run-loop";

const SEAL_EVERY_MS = 400;
const SWEEP_EVERY_MS = 60_000;
/** A key's last use, and the log of requests, are so late at most. */
const LOG_EVERY_MS = 2_000;
/** Somebody waits for the code in it. */
const DELIVER_EVERY_MS = 250;

/** `/sessions` and every check know of a limit at once; this is for the audit trail. */
const END_SESSIONS_EVERY_MS = 15_000;

/** Where the server's preload keeps what is to be done between the last answer and the end of the process. */
const drain = globalThis as typeof globalThis & { countinghouseWhenDrained?: (() => Promise<void>)[] };

/** Starts the server's background work and records that auditing began, and that it ended (PCI DSS 10.2.1.6). */
export function startBackgroundWork(): void {
  const client = database();
  const metrics = startMetrics(ownPending);
  const turns = ownTurns(client);
  const courier = ownCourier(client);
  if (processSenders().email === null) {
    logger.warn("SMTP_URL is not set: nobody is sent a link, a code or a notice by email");
  }
  const loops = [
    runLoop("sealer", SEAL_EVERY_MS, turns.seal),
    runLoop("messages", DELIVER_EVERY_MS, courier.turn),
    runLoop("session limits", END_SESSIONS_EVERY_MS, turns.endSessions),
    startKeysLoop(),
    runLoop("request log", LOG_EVERY_MS, () => requestLog().flush(client)),
    runLoop("request log's sweeper", SWEEP_EVERY_MS, turns.sweepRequests),
    runLoop("sweeper", SWEEP_EVERY_MS, turns.sweep),
    ...(env().WORKER === "on" ? [startOwnReconciler(), startOwnWebhooks()] : []),
  ];
  // Whose account it is, before anybody pays. While Stripe is away each payment asks again.
  void processGateway().doubt(env().GATEWAY_TIMEOUT_MS);
  void note(client, "audit.started");
  drain.countinghouseWhenDrained?.push(async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
    await courier.settle();
    await writeRequestLog(client);
    await note(client, "audit.stopped");
    await sealEntries(client);
    // Last of all: nothing that must be written waits for a collector.
    await metrics.stop();
    await client.close();
  });
}

/** What the last answers left. */
async function writeRequestLog(client: DatabaseClient): Promise<void> {
  try {
    while (await requestLog().flush(client));
  } catch (error) {
    logger.error({ err: error }, "the last requests are missing in the request log");
  }
}

async function note(client: DatabaseClient, action: "audit.started" | "audit.stopped"): Promise<void> {
  const context = systemContext("server");
  try {
    await transact(client, context, (tx) =>
      recordAudit(tx, context, { action, outcome: "success", resourceType: "audit", resourceId: null }),
    );
  } catch (error) {
    logger.error({ err: error }, `${action} could not be recorded`);
  }
}
