import type { AuditContext } from "@/db/audit-context";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import type { StepUpId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { type ConfirmOutcome, confirmStepUp } from "./confirm-step-up";

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;

/** `confirmStepUp` with a typed code, on this process's database, keys and environment. */
export async function confirmByCode(
  call: Call,
  { stepUpId, method, code }: Readonly<{ stepUpId: StepUpId | null; method: "totp" | "recovery_code"; code: string }>,
): Promise<ConfirmOutcome> {
  const deps = { ring: await keyRing(), lockoutSeconds: env().LOCKOUT_SECONDS, context: call.context };
  const who = { userId: call.session.user.id, merchantId: call.session.merchant.id };
  return confirmStepUp(
    { client: database(), sessions: sessions() },
    { ...call, stepUpId, method, prove: (tx, subject) => proveCode(tx, deps, who, method, code, subject) },
  );
}
