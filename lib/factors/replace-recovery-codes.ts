import type { Transaction } from "@/db/transact";
import { putRecoveryCodes } from "@/lib/auth/recovery-code-store";
import type { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";

type NewCodes = Awaited<ReturnType<typeof newRecoveryCodes>>;

/**
 * Puts new recovery codes in place of all former ones. `make` hashes ten of them: it is called once the proof is there,
 * and so not for somebody who has none.
 */
export async function replaceRecoveryCodes(
  tx: Transaction,
  session: CurrentSession,
  make: () => Promise<NewCodes>,
): Promise<readonly string[]> {
  const description = "Make new recovery codes, in place of all you have";
  await requireStepUp(tx, session, { purpose: "recovery_codes.replace", binds: {}, description });
  const { shown, stored } = await make();
  await putRecoveryCodes(tx, session.user.id, stored);
  return shown;
}
