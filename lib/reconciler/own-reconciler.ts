import type { Loop } from "@/lib/background/run-loop";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { processGateway } from "@/lib/gateway/process-gateway";
import { leaseMs, paymentServices } from "@/lib/payments/payment-services";
import { countPending, isElsewhere, isLagging } from "./due-store";
import { reconcileDue } from "./reconcile-due";
import { startReconciler } from "./reconciler";
import { remember } from "./remember";

/** How far the reconciler may fall behind before servers say so; where a schedule does its work, which may come late, further. */
const LAG_MS = 60_000;
const SCHEDULED_LAG_MS = 300_000;
/** However often readiness is asked for, by balancers or by anybody, the database is asked this seldom. */
const REMEMBER_MS = 5000;

/** The reconciler of this process, from its environment. */
export function startOwnReconciler(): Loop {
  return startReconciler({ databaseUrl: env().DATABASE_URL, services: paymentServices });
}

/** Asks once about what is due, in this process, from its environment; true when it had to leave something. */
export function reconcileOwnDue(mayGoOn: () => boolean): Promise<boolean> {
  return reconcileDue({ databaseUrl: env().DATABASE_URL, services: paymentServices }, mayGoOn);
}

const lags = remember(REMEMBER_MS, async () => {
  const services = await paymentServices();
  const { WORKER, CRON_SECRET } = env();
  const graceMs = WORKER === "off" && CRON_SECRET !== undefined ? SCHEDULED_LAG_MS : LAG_MS;
  return isLagging(services.client.db, services.gateway, leaseMs(services), graceMs);
});

const waitsElsewhere = remember(REMEMBER_MS, () => isElsewhere(database().db, processGateway()));

/** What is pending, for the metrics of this process. */
export const ownPending = remember(REMEMBER_MS, () => countPending(database().db));

/** Whether something is pending at another acquirer or account than this server asks. */
export function checkElsewhere(): Promise<boolean> {
  return waitsElsewhere();
}

/** Rejects when nobody asks the acquirer about what is pending, be it this process's duty or another's. */
export async function checkOwnReconciler(): Promise<void> {
  if (await lags()) {
    throw new Error("payments, captures, voids or refunds are pending, and nobody asks the acquirer about them");
  }
}
