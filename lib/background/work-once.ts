import type { DatabaseClient } from "@/db/client";
import { database } from "@/lib/database";
import { logger } from "@/lib/logging/logger";
import { reconcileOwnDue } from "@/lib/reconciler/own-reconciler";
import { deliverDueWebhooks, sweepWebhooks } from "@/lib/webhooks/own-webhooks";
import { ownCourier, ownTurns, type Turn } from "./own-turns";

/** How long new work is begun, in each of the two steps; what was begun then ends within its own deadline. */
const BEGIN_MS = 10_000;

type Came = "done" | "more" | "failed";

/** What came of each kind of work: `more` when it was left to the next round. */
export type Round = Readonly<Record<"payments" | "webhooks" | "messages" | "sessions" | "audit" | "sweep", Came>>;

type Work = (mayGoOn: () => boolean) => Promise<boolean>;

/**
 * One bounded round of all background work, for platforms where no process lives long enough for the loops. It takes the very
 * steps that they take: any number of rounds, loops and workers at once share the work and do nothing twice. One kind that
 * fails holds up no other.
 */
export async function workOnce(client: DatabaseClient = database()): Promise<Round> {
  const { seal, endSessions, sweep, sweepRequests } = ownTurns(client);
  const [payments, messages, sessions] = await Promise.all([
    come("payments", reconcileOwnDue),
    come("messages", (mayGoOn) => sendMessages(client, mayGoOn)),
    come("sessions", repeat(endSessions)),
  ]);
  // After what these have told of, and last what all of it wrote into the trail.
  const [webhooks, swept] = await Promise.all([
    come("webhooks", deliverDueWebhooks),
    come("sweep", async (mayGoOn) => {
      const left = [];
      for (const turn of [sweep, sweepRequests, sweepWebhooks]) left.push(await repeat(turn)(mayGoOn));
      return left.includes(true);
    }),
  ]);
  const audit = await come("audit", repeat(seal));
  return { payments, webhooks, messages, sessions, audit, sweep: swept };
}

async function come(name: keyof Round, work: Work): Promise<Came> {
  const startedAt = performance.now();
  try {
    return (await work(() => performance.now() - startedAt < BEGIN_MS)) ? "more" : "done";
  } catch (error) {
    logger.error({ err: error, work: name }, "background work failed");
    return "failed";
  }
}

/** At least once. */
function repeat(turn: Turn): Work {
  return async (mayGoOn) => {
    let more = await turn();
    while (more && mayGoOn()) more = await turn();
    return more;
  };
}

async function sendMessages(client: DatabaseClient, mayGoOn: () => boolean): Promise<boolean> {
  const courier = ownCourier(client);
  try {
    return await repeat(courier.turn)(mayGoOn);
  } finally {
    await courier.settle();
  }
}
