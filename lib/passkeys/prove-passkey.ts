import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { MerchantId, UserId } from "@/lib/ids/id";
import type { ProofPurpose } from "./ceremony-store";
import { checkAssertion } from "./check-assertion";

type Dependencies = Readonly<{ context: AuditContext; appUrl: string }>;

const REFUSED = {
  second_factor: "sign_in.passkey_refused",
  step_up: "step_up.passkey_refused",
  recover: "recovery.passkey_refused",
} as const satisfies Record<ProofPurpose, string>;

/**
 * Whether the answer to `beginPasskeyAssertion` proves that this user is there, for this purpose and subject. It is used
 * up either way. A refusal is in the audit trail, so commit it; what a proof leads to is the caller's to record.
 */
export async function provePasskey(
  tx: Transaction,
  { context, appUrl }: Dependencies,
  { userId }: Readonly<{ userId: UserId; merchantId: MerchantId }>,
  purpose: ProofPurpose,
  subject: string,
  answer: unknown,
): Promise<"proved" | "refused"> {
  const checked = await checkAssertion(tx, appUrl, { purpose, userId, subject }, answer);
  if (checked.kind === "proved") return "proved";
  const refusal = {
    action: REFUSED[purpose],
    outcome: "denied",
    resourceType: "user",
    resourceId: userId,
    details: { method: "passkey", reason: checked.reason },
  } as const;
  // Sign-in and recovery have limits of their own; within a session an answer may be sent again and again.
  if (purpose === "step_up") await recordRepeated(tx, context, refusal, userId);
  else await recordAudit(tx, context, refusal);
  return "refused";
}
