import type { AuditContext } from "@/db/audit-context";
import { type CodeVerdict, doWorkOfLooking, proveCode } from "@/lib/auth/second-factor/prove-code";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";
import type { StepUpId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { type AssertionOptions, beginPasskeyAssertion } from "@/lib/passkeys/begin-assertion";
import { provePasskey } from "@/lib/passkeys/prove-passkey";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { acceptedMethods } from "./accepted-methods";
import { type ConfirmOutcome, confirmStepUp } from "./confirm-step-up";
import { findOpenStepUp } from "./step-up-store";

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;

type TypedProof = Readonly<{ stepUpId: StepUpId | null; method: "totp" | "recovery_code"; code: string }>;

/** `confirmStepUp` with a typed code, on this process's database, keys and environment. */
export async function confirmByCode(call: Call, { stepUpId, method, code }: TypedProof): Promise<ConfirmOutcome> {
  const { LOCKOUT_SECONDS, APP_URL } = env();
  const ring = await keyRing();
  const deps = { ring, lockoutSeconds: LOCKOUT_SECONDS, context: call.context };
  const person = personOf(call);
  const seen: { verdict: CodeVerdict } = { verdict: "malformed" };
  const outcome = await confirmStepUp(services(), {
    ...call,
    stepUpId,
    method,
    prove: async (tx, subject) => {
      const verdict = await proveCode(tx, deps, person, method, code, { scope: "session", subject });
      if (verdict === "proved" && method === "recovery_code") {
        await notifySecurityChange(tx, ring, person, "recovery_code_used", APP_URL);
      }
      seen.verdict = verdict;
      return verdict;
    },
  });
  if (seen.verdict === "locked") await doWorkOfLooking(method);
  return outcome;
}

/** What the browser asks the person's passkey, for this question and no other. Throws when the question is gone. */
export async function beginPasskeyProof({ session }: Call, stepUpId: StepUpId | null): Promise<AssertionOptions> {
  const { db } = database();
  const holder = { sessionId: session.sessionId, userId: session.user.id };
  const question = stepUpId && (await findOpenStepUp(db, stepUpId, holder));
  const methods = question ? await acceptedMethods(db, holder.userId, question.purpose) : [];
  if (!question || !methods.includes("passkey")) {
    throw new AppError("not_found", "This question has expired. Cancel, and try again.");
  }
  return beginPasskeyAssertion(db, env().APP_URL, { purpose: "step_up", userId: holder.userId, subject: question.id });
}

/** `confirmStepUp` with the passkey's answer. */
export function confirmByPasskey(call: Call, stepUpId: StepUpId | null, answer: unknown): Promise<ConfirmOutcome> {
  const deps = { context: call.context, appUrl: env().APP_URL };
  const person = personOf(call);
  return confirmStepUp(services(), {
    ...call,
    stepUpId,
    method: "passkey",
    prove: async (tx, subject) => {
      const verdict = await provePasskey(tx, deps, person, "step_up", subject, answer);
      return verdict === "proved" ? "proved" : "wrong";
    },
  });
}

function services() {
  return { client: database(), sessions: sessions() };
}

function personOf({ session: { user, merchant } }: Call) {
  return { userId: user.id, merchantId: merchant.id, email: user.email };
}
