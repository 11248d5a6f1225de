import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";
import { spendOneTimeCode } from "../one-time-codes";
import { verifyPassword } from "../password";
import { readRecoveryCode, spendRecoveryCode } from "../recovery-codes";
import { matchTotpStep, readTotpCode, type TotpCode } from "../totp";
import { openTotpSecret } from "../totp-secret";
import type { CodeMethod } from "./code-methods";
import { clearTries, countTry, findTotpSecret, lockCodes, spendTotpStep, type TryScope } from "./factor-store";

/** Wrong codes of an account, of all its factors together, until none is looked at (PCI DSS 8.3.4 allows at most 10). */
export const WRONG_CODES_MAX = 3;

/**
 * `malformed` can never be right, so it is not counted. `wrong` (used before, expired, for something else) and `locked`
 * (not looked at) must read alike to whoever asked.
 */
export type CodeVerdict = "proved" | "wrong" | "locked" | "malformed";

export type Prover = Readonly<{ userId: UserId; merchantId: MerchantId }>;

export type ProveDependencies = Readonly<{ ring: KeyRing; lockoutSeconds: number; context: AuditContext }>;

/** `subject` is what a sent code was sent for (the id of a challenge or an enrolment); it proves nothing else. */
export type ProofFor = Readonly<{ scope: TryScope; subject: string }>;

/**
 * The one place where a code is looked at: for sign-in, a step-up and recovery alike. It is counted as a failed try
 * before that, and the count's row is held until the transaction ends, so of fifty wrong codes at once, of whatever
 * factors, three are looked at, and of fifty right ones one is good. The caller must commit also when the code is wrong:
 * the count is in there.
 */
export async function proveCode(
  tx: Transaction,
  { ring, lockoutSeconds, context }: ProveDependencies,
  who: Prover,
  method: CodeMethod,
  typed: string,
  { scope, subject }: ProofFor,
): Promise<CodeVerdict> {
  const spend = spender(ring, who, method, typed, subject);
  if (spend === null) return "malformed";
  const counted = await countTry(tx, who.userId, scope);
  if (counted.locked || counted.failures > WRONG_CODES_MAX) return "locked";
  if (await spend(tx, counted.nowSeconds)) {
    await clearTries(tx, who.userId, scope);
    return "proved";
  }
  if (counted.failures === WRONG_CODES_MAX) {
    await lockCodes(tx, who.userId, scope, lockoutSeconds);
    await recordAudit(tx, context, {
      action: "sign_in.locked",
      outcome: "denied",
      resourceType: "user",
      resourceId: who.userId,
      details: { method, scope, lockout_seconds: lockoutSeconds },
    });
  }
  return "wrong";
}

/**
 * What a look costs, for a code that was not looked at: else the time of the answer would tell a locked account. After the
 * transaction, whose row others wait for.
 */
export async function doWorkOfLooking(method: string): Promise<void> {
  if (method === "recovery_code") await verifyPassword(null, "");
}

/** Whether a text could be such a code at all: what could not is no try. */
export function hasCodeForm(method: CodeMethod, typed: string): boolean {
  return method === "recovery_code" ? readRecoveryCode(typed) !== null : readTotpCode(typed) !== null;
}

/** Says whether the code is right and unused; if so, it is used now. */
type Spend = (tx: Transaction, nowSeconds: number) => Promise<boolean>;

/** Null for what has not the form of such a code. */
function spender(ring: KeyRing, who: Prover, method: CodeMethod, typed: string, subject: string): Spend | null {
  if (method === "recovery_code") {
    const code = readRecoveryCode(typed);
    return code && ((tx) => spendRecoveryCode(tx, who.userId, code));
  }
  const code = readTotpCode(typed);
  if (code === null) return null;
  if (method === "totp") return (tx, nowSeconds) => spendTotp(tx, ring, who, code, nowSeconds);
  return (tx) => spendOneTimeCode(tx, ring, { userId: who.userId, channel: method, subject, code });
}

async function spendTotp(
  tx: Transaction,
  ring: KeyRing,
  who: Prover,
  code: TotpCode,
  nowSeconds: number,
): Promise<boolean> {
  const sealed = await findTotpSecret(tx, who.userId);
  if (sealed === null) return false;
  const step = matchTotpStep(openTotpSecret(ring, who, sealed), code, nowSeconds);
  return step !== null && spendTotpStep(tx, who.userId, step);
}
