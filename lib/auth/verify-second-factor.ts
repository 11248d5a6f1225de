import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { SessionStore } from "@/lib/sessions/session-store";
import { consumeChallenge, type SignInChallenge, takeChallengeTry } from "./challenge-store";
import { type CountedTry, clearTries, countTry, findTotpSecret, lockFactor, spendTotpStep } from "./factor-store";
import type { RequestOrigin } from "./request-origin";
import { readChallenge } from "./sign-in-challenge";
import { matchTotpStep, readTotpCode, type TotpCode } from "./totp";
import { openTotpSecret } from "./totp-secret";

/** Wrong codes until the factor is locked (PCI DSS 8.3.4 allows at most 10). */
export const WRONG_CODES_MAX = 3;

export type SecondFactorOutcome =
  | { kind: "signed_in"; token: string; user: SignInChallenge["user"] }
  /** Wrong, used before, or not looked at because the factor is locked: one answer for all, which tells none apart. */
  | { kind: "refused" }
  /** Not six digits, so it can never be right: not counted. */
  | { kind: "malformed" }
  /** No open challenge: begin again with the password. */
  | { kind: "challenge_gone" };

type Dependencies = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  sessions: SessionStore;
  lockoutSeconds: number;
}>;

type Input = Readonly<{
  challengeToken: string | null;
  code: string;
  /** The session cookie that came along, if any: a session of this user ends with the new sign-in. */
  sessionToken: string | null;
  origin: RequestOrigin;
}>;

/**
 * The second step of sign-in: an authenticator code for an open challenge makes a session.
 *
 * One transaction, committed also when it refuses, so that the count of tries is kept. It takes its locks in one order
 * (challenge, tries, sessions), and holds them to the end: of fifty right codes at once one makes a session, of fifty
 * wrong ones three are looked at. Rejects when the database or the key is not there, and then nothing has happened.
 */
export async function verifySecondFactor(deps: Dependencies, input: Input): Promise<SecondFactorOutcome> {
  const code = readTotpCode(input.code);
  if (code === null) return { kind: "malformed" };
  const challenge = await readChallenge(deps.client.db, input.challengeToken);
  if (challenge === null) return { kind: "challenge_gone" };
  const { user, merchantId } = challenge;
  const context: AuditContext = { actor: { type: "user", id: user.id }, merchantId, ...input.origin };
  return transact(deps.client, context, async (tx) => {
    const attempt: Attempt = { tx, context, challenge, replacesToken: input.sessionToken, ...deps };
    if (!(await takeChallengeTry(tx, challenge.id))) return { kind: "challenge_gone" };
    const counted = await countTry(tx, user.id, "totp");
    if (counted.locked || counted.failures > WRONG_CODES_MAX) return refuse(attempt, "locked");
    return (await spendCode(attempt, code, counted)) ? signIn(attempt) : refuseCode(attempt, counted);
  });
}

type Attempt = Dependencies &
  Readonly<{ tx: Transaction; context: AuditContext; challenge: SignInChallenge; replacesToken: string | null }>;

/** Whether the code is right and unused; if so, it is used now. */
async function spendCode(
  { tx, ring, challenge }: Attempt,
  code: TotpCode,
  { nowSeconds }: CountedTry,
): Promise<boolean> {
  const { user, merchantId } = challenge;
  const sealed = await findTotpSecret(tx, user.id);
  if (sealed === null) return false;
  const step = matchTotpStep(openTotpSecret(ring, { merchantId, userId: user.id }, sealed), code, nowSeconds);
  return step !== null && spendTotpStep(tx, user.id, step);
}

async function refuseCode(attempt: Attempt, { failures }: CountedTry): Promise<SecondFactorOutcome> {
  const outcome = await refuse(attempt, "wrong_code");
  if (failures === WRONG_CODES_MAX) {
    const { tx, challenge, lockoutSeconds } = attempt;
    await lockFactor(tx, challenge.user.id, "totp", lockoutSeconds);
    await record(attempt, "sign_in.locked", "denied", { lockout_seconds: lockoutSeconds });
  }
  return outcome;
}

async function refuse(attempt: Attempt, reason: "locked" | "wrong_code"): Promise<SecondFactorOutcome> {
  await record(attempt, "sign_in.code_refused", "denied", { reason });
  return { kind: "refused" };
}

async function signIn(attempt: Attempt): Promise<SecondFactorOutcome> {
  const { tx, context, challenge, sessions, replacesToken } = attempt;
  const { id, user, merchantId } = challenge;
  // Its row has been ours since takeChallengeTry, so nobody can have been faster.
  if (!(await consumeChallenge(tx, id))) throw new Error("an open challenge could not be consumed");
  await clearTries(tx, user.id, "totp");
  const { ip, userAgent } = context;
  const { token, sessionId } = await sessions.create(tx, {
    userId: user.id,
    merchantId,
    ip,
    userAgent,
    deviceId: null,
    method: "totp",
    replacesToken,
  });
  await record(attempt, "sign_in.succeeded", "success", { session_id: sessionId });
  return { kind: "signed_in", token, user };
}

function record(
  { tx, context, challenge }: Attempt,
  action: string,
  outcome: "success" | "denied",
  details: Record<string, string | number>,
): Promise<void> {
  const resourceId = challenge.user.id;
  return recordAudit(tx, context, {
    action,
    outcome,
    resourceType: "user",
    resourceId,
    details: { method: "totp", ...details },
  });
}
