import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { DecryptionError, KeyMissingError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { Logger } from "@/lib/logging/logger";
import { openContent } from "./message-seal";
import { type ClaimedMessage, claimDue, closeMessage, postponeMessage } from "./message-store";
import { channelsOf, type Senders, type SendOutcome, sendBy } from "./senders";

/** A message is given up by its sender before anybody else can take it. */
const SEND_DEADLINE_MS = 20_000;
const LEASE_SECONDS = 30;
const IN_FLIGHT_MAX = 20;
/** Waits after the first, second … failed attempt; the last one again and again until the message expires. */
const BACK_OFF_SECONDS = [5, 30, 120, 600, 3600];

type Dependencies = Readonly<{
  client: DatabaseClient;
  ring: () => Promise<KeyRing>;
  senders: Senders;
  logger: Logger;
}>;

export type Courier = Readonly<{
  /** Takes what is due and begins to send it; true when there may be more. */
  turn: () => Promise<boolean>;
  /** Until everything that was begun has ended. */
  settle: () => Promise<void>;
}>;

/**
 * Delivers queued messages, on as many servers as there are.
 *
 * At least once: a server that dies between the sending and the note that it was sent leaves a message that is sent again
 * when its lease ends. The other way round, noted first and sent then, the same crash would swallow a code that somebody
 * waits for, or the warning that a thief is in an account; the same mail twice harms nobody.
 *
 * Sending happens outside of any transaction, and side by side: a slow mail server holds up no other message.
 */
export function createCourier(deps: Dependencies): Courier {
  const inFlight = new Set<Promise<void>>();
  const channels = channelsOf(deps.senders);

  async function turn(): Promise<boolean> {
    const limit = IN_FLIGHT_MAX - inFlight.size;
    if (limit === 0) {
      await Promise.race(inFlight);
      return true;
    }
    const claims = await inTransaction(deps, (tx) => claimDue(tx, { channels, limit, leaseSeconds: LEASE_SECONDS }));
    for (const claim of claims) {
      const delivery = deliver(deps, claim).finally(() => inFlight.delete(delivery));
      inFlight.add(delivery);
    }
    return claims.length === limit;
  }

  return {
    turn,
    settle: async () => {
      await Promise.all(inFlight);
    },
  };
}

function inTransaction<T>({ client }: Dependencies, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(client, systemContext("messages"), work);
}

/** Never rejects: what could not be noted is due again when its lease ends. */
async function deliver(deps: Dependencies, claim: ClaimedMessage): Promise<void> {
  try {
    const outcome = await attempt(deps, claim);
    await note(deps, claim, outcome);
    report(deps, claim, outcome);
  } catch (error) {
    deps.logger.error({ err: error, ...described(claim) }, "what came of a message could not be noted");
  }
}

async function attempt({ ring, senders }: Dependencies, claim: ClaimedMessage): Promise<SendOutcome> {
  const { id, sealed } = claim;
  if (sealed === null) return { kind: "refused", reason: "expired" };
  try {
    return await sendBy(senders, openContent(await ring(), claim, sealed), id, SEND_DEADLINE_MS);
  } catch (error) {
    // What was not sealed for this row never opens; a key that is not loaded may come back.
    if (error instanceof DecryptionError) return { kind: "refused", reason: "unreadable" };
    return { kind: "failed", reason: error instanceof KeyMissingError ? "key_missing" : "sender_threw" };
  }
}

async function note(deps: Dependencies, claim: ClaimedMessage, outcome: SendOutcome): Promise<void> {
  if (claim.sealed === null) return;
  await inTransaction(deps, (tx) => {
    if (outcome.kind === "failed") return postponeMessage(tx, claim, backOff(claim.attempts));
    return closeMessage(tx, claim, outcome.kind === "sent" ? "sent" : "failed");
  });
}

function backOff(attempts: number): number {
  return BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 5;
}

function report({ logger }: Dependencies, claim: ClaimedMessage, outcome: SendOutcome): void {
  if (outcome.kind === "sent") logger.info(described(claim), "message sent");
  else if (outcome.kind === "refused")
    logger.error({ ...described(claim), reason: outcome.reason }, "message given up");
  else logger.warn({ ...described(claim), reason: outcome.reason }, "message not sent yet");
}

/** Of a message nothing but this gets into a log: neither to whom nor what. */
function described({ id, channel, kind, attempts }: ClaimedMessage) {
  return { message_id: id, channel, kind, attempts };
}
