import type { Transaction } from "@/db/transact";
import { clearTries, countTry, findTotpSecret, lockFactor, spendTotpStep } from "@/lib/auth/factor-store";
import { matchTotpStep, readTotpCode } from "@/lib/auth/totp";
import { openTotpSecret } from "@/lib/auth/totp-secret";
import { WRONG_CODES_MAX } from "@/lib/auth/verify-second-factor";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";
import type { StepUpProof } from "./confirm-step-up";

/** Counts the try first, then looks at the code: what sign-in has counted counts here too. */
export async function proveTotp(
  tx: Transaction,
  { ring, lockoutSeconds }: Readonly<{ ring: KeyRing; lockoutSeconds: number }>,
  who: Readonly<{ userId: UserId; merchantId: MerchantId }>,
  typed: string,
): Promise<StepUpProof> {
  const code = readTotpCode(typed);
  if (code === null) return "malformed";
  const { failures, locked, nowSeconds } = await countTry(tx, who.userId, "totp");
  if (locked || failures > WRONG_CODES_MAX) return "locked";
  const sealed = await findTotpSecret(tx, who.userId);
  const step = sealed === null ? null : matchTotpStep(openTotpSecret(ring, who, sealed), code, nowSeconds);
  if (step === null || !(await spendTotpStep(tx, who.userId, step))) {
    if (failures === WRONG_CODES_MAX) await lockFactor(tx, who.userId, "totp", lockoutSeconds);
    return "wrong";
  }
  await clearTries(tx, who.userId, "totp");
  return "proved";
}
