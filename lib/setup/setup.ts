import type { RequestOrigin } from "@/lib/auth/request-origin";
import { database } from "@/lib/database";
import type { DeviceId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { sessions } from "@/lib/sessions/sessions";
import { type BeginOutcome, beginSetup, type SetupForm } from "./begin-setup";
import { type FinishOutcome, finishSetup, readPendingSetup } from "./finish-setup";
import { hasMerchant } from "./first-merchant-store";
import type { PendingSetup } from "./pending-setup";

// The first run as this process does it: the use cases of this folder on its database, keys and environment.

/** Once there is a merchant there always is one, and nobody need ask again. */
let isOver = false;

/** Whether there is no merchant yet. */
export async function setupIsOpen(): Promise<boolean> {
  isOver ||= await hasMerchant(database().db);
  return !isOver;
}

export async function pendingSetupOf(token: string | null): Promise<PendingSetup | null> {
  return token === null ? null : readPendingSetup({ client: database(), ring: await keyRing() }, token);
}

export async function beginProcessSetup(form: SetupForm, origin: RequestOrigin): Promise<BeginOutcome> {
  const deps = { client: database(), ring: await keyRing(), limits: processLimits() };
  return beginSetup(deps, form, origin);
}

type Finish = Readonly<{ token: string | null; code: string; deviceId: DeviceId; origin: RequestOrigin }>;

export async function finishProcessSetup(input: Finish): Promise<FinishOutcome> {
  return finishSetup({ client: database(), ring: await keyRing(), sessions: sessions() }, input);
}
