import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { noteDevice } from "@/lib/auth/device-store";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { matchTotpStep, readTotpCode } from "@/lib/auth/totp";
import { sealTotpSecret } from "@/lib/auth/totp-secret";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { DeviceId } from "@/lib/ids/id";
import { logger } from "@/lib/logging/logger";
import type { SessionStore } from "@/lib/sessions/session-store";
import { createFirstMerchant, hasMerchant } from "./first-merchant-store";
import { openSetup, type PendingSetup } from "./pending-setup";
import { deletePendingSetups, findPendingSetup, takeSetupTry } from "./pending-setup-store";

/** 32 random bytes in base64url; anything else is not worth a question to the database. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type FinishOutcome =
  /** `sessionToken` goes into the cookie; the recovery codes are shown, once, and kept nowhere. */
  | { kind: "done"; sessionToken: string; recoveryCodes: readonly string[] }
  | { kind: "wrong" }
  /** Not six digits, so it can never be right: not counted. */
  | { kind: "malformed" }
  /** Expired, tried too often, or none: begin again. */
  | { kind: "gone" }
  /** Somebody else was faster: there is a merchant. */
  | { kind: "over" };

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; sessions: SessionStore }>;

type Input = Readonly<{ token: string | null; code: string; deviceId: DeviceId; origin: RequestOrigin }>;

/** The set-up under way in a browser, or null. */
export async function readPendingSetup(
  { client, ring }: Pick<Dependencies, "client" | "ring">,
  token: string | null,
): Promise<PendingSetup | null> {
  const stored = token !== null && TOKEN.test(token) ? await findPendingSetup(client.db, token) : null;
  return stored && openSetup(ring, stored.id, stored.sealed);
}

/**
 * The last step of the first run. A try is counted and committed before its code is looked at; a right one then makes
 * merchant, owner, factors and session in one transaction. Of two at the same moment, in two browsers or in one, one makes
 * the merchant.
 */
export async function finishSetup(deps: Dependencies, { token, code: typed, ...from }: Input): Promise<FinishOutcome> {
  const nobody: AuditContext = { actor: { type: "system", id: "setup" }, merchantId: null, ...from.origin };
  const code = readTotpCode(typed);
  if (code === null) return refuseMalformed(deps.client, nobody);
  if (token === null || !TOKEN.test(token)) return { kind: "gone" };
  const counted = await transact(deps.client, nobody, async (tx) => {
    const stored = await takeSetupTry(tx, token);
    // Also when the answer to the right code was lost on its way: then its owner signs in.
    if (stored === null) return { kind: (await hasMerchant(tx)) ? ("over" as const) : ("gone" as const) };
    const setup = openSetup(deps.ring, stored.id, stored.sealed);
    const firstStep = matchTotpStep(setup.totpSecret, code, stored.nowSeconds);
    if (firstStep !== null) return { kind: "right" as const, setup, firstStep };
    await note(tx, nobody, "setup.code_refused", "denied");
    return { kind: "wrong" as const };
  });
  if (counted.kind !== "right") return counted;
  // Ten argon2 runs: for a right code alone, and before the transaction that holds a lock.
  const outcome = await create(deps, from, { ...counted, recovery: await newRecoveryCodes() });
  if (outcome.kind === "done") await keepSession(deps.sessions, outcome.sessionToken);
  return outcome;
}

/**
 * The browser first shows its codes, for as long as it takes to keep them, and then uses the session. A store that soon
 * drops what nobody uses is told of it here. If it is away, its owner signs in once more: the codes must be seen all the same.
 */
async function keepSession(sessions: SessionStore, token: string): Promise<void> {
  await sessions
    .resolve(token)
    .catch((error: unknown) => logger.warn({ err: error }, "the first session could not be kept"));
}

/** By all together: whoever sends such codes has shown nothing else that they could be counted by. */
async function refuseMalformed(client: DatabaseClient, nobody: AuditContext): Promise<FinishOutcome> {
  const about = { resourceType: "merchant", resourceId: null, details: { reason: "malformed" } } as const;
  await transact(client, nobody, (tx) =>
    recordRepeated(tx, nobody, { action: "setup.code_refused", outcome: "denied", ...about }, "anybody"),
  );
  return { kind: "malformed" };
}

type Right = Readonly<{
  setup: PendingSetup;
  firstStep: number;
  recovery: Awaited<ReturnType<typeof newRecoveryCodes>>;
}>;

async function create(
  { client, ring, sessions }: Dependencies,
  { deviceId, origin }: Omit<Input, "token" | "code">,
  { setup, firstStep, recovery }: Right,
): Promise<FinishOutcome> {
  const { merchant, owner } = setup;
  const owned = { merchantId: merchant.id, userId: owner.id };
  const context: AuditContext = { actor: { type: "user", id: owner.id }, merchantId: merchant.id, ...origin };
  return transact(client, context, async (tx) => {
    const created = await createFirstMerchant(tx, merchant, owner, {
      totpSecret: sealTotpSecret(ring, owned, setup.totpSecret),
      firstStep,
      recoveryCodes: recovery.stored,
    });
    if (!created) {
      await note(
        tx,
        { ...context, actor: { type: "system", id: "setup" }, merchantId: null },
        "setup.refused",
        "denied",
      );
      return { kind: "over" };
    }
    const { ip, userAgent } = origin;
    const session = { ...owned, ip, userAgent, deviceId, method: "totp", replacesToken: null } as const;
    const { token } = await sessions.create(tx, session);
    await noteDevice(tx, { userId: owner.id, deviceId, userAgent });
    await note(tx, context, "setup.completed", "success");
    await deletePendingSetups(tx);
    return { kind: "done", sessionToken: token, recoveryCodes: recovery.shown };
  });
}

function note(tx: Transaction, context: AuditContext, action: string, outcome: "success" | "denied"): Promise<void> {
  const resourceId = context.merchantId;
  return recordAudit(tx, context, { action, outcome, resourceType: "merchant", resourceId });
}
