import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { markDispatched, receiversOf, takeUndispatched, tryLockDispatcher } from "./dispatch-store";

/** How many events one turn hands on at most; after a full one there is more to do. */
export const DISPATCH_BATCH = 200;

/**
 * Hands events on: writes a delivery for each endpoint that is to be told. Event and mark are one commit, so that none is lost
 * and none handed on twice, wherever a server dies and however many there are. How many events that were.
 */
export function dispatchEvents(client: DatabaseClient): Promise<number> {
  return transact(client, systemContext("webhooks"), async (tx) => {
    if (!(await tryLockDispatcher(tx))) return 0;
    const eventIds = await takeUndispatched(tx, DISPATCH_BATCH);
    if (eventIds.length > 0) await markDispatched(tx, eventIds, await receiversOf(tx, eventIds));
    return eventIds.length;
  });
}
