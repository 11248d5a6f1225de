import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { sealEntries } from "@/lib/audit/seal-entries";
import { database } from "@/lib/database";
import { logger } from "@/lib/logging/logger";
import { runLoop } from "./run-loop";
import { deleteExpired } from "./sweep-store";

const SEAL_EVERY_MS = 400;
const SWEEP_EVERY_MS = 60_000;

/** Starts the server's background work and records that auditing began (PCI DSS 10.2.1.6); stops it on SIGTERM. */
export function startBackgroundWork(): void {
  const client = database();
  const note = (action: string) =>
    transact(client, systemContext("server"), (tx) =>
      recordAudit(tx, systemContext("server"), { action, outcome: "success", resourceType: "audit", resourceId: null }),
    ).catch((error: unknown) => logger.error({ err: error }, `${action} could not be recorded`));

  const loops = [
    runLoop("sealer", SEAL_EVERY_MS, async () => (await sealEntries(client)) > 0),
    runLoop("sweeper", SWEEP_EVERY_MS, async () => {
      await deleteExpired(client.db);
      return false;
    }),
  ];
  void note("audit.started");
  process.once("SIGTERM", () => {
    void Promise.all([note("audit.stopped"), ...loops.map((loop) => loop.stop())]);
  });
}
