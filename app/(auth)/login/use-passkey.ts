import type { VerifyResult } from "@/components/auth/verify-form";
import { askForPasskey } from "@/components/passkeys/ask-browser";
import { expiredHref } from "./hrefs";
import { type AskedForPasskey, askForAnyPasskey, askForSecondFactor } from "./passkey-actions";
import { submitProof } from "./submit-proof";

/** Signs in by a passkey alone. Rejects when there is no answer. */
export function signInByPasskey(callbackPath: string): Promise<VerifyResult> {
  return byPasskey(askForAnyPasskey, callbackPath, (passkey) => ({ provider: "passkey", fields: { passkey } }));
}

/** Gives a passkey as the second factor, after the password. Rejects when there is no answer. */
export function verifyByPasskey(callbackPath: string): Promise<VerifyResult> {
  return byPasskey(askForSecondFactor, callbackPath, (passkey) => ({
    provider: "second-factor",
    fields: { method: "passkey", passkey },
  }));
}

async function byPasskey(
  ask: () => Promise<AskedForPasskey>,
  callbackPath: string,
  toProof: (passkey: string) => Parameters<typeof submitProof>[0],
): Promise<VerifyResult> {
  const asked = await ask();
  if (asked.kind === "challenge_gone") return { ok: true, redirectTo: expiredHref(callbackPath) };
  if (asked.kind === "refused") return { ok: false, message: asked.message };
  const answered = await askForPasskey(asked.options);
  if (answered.kind === "failed") return { ok: false, message: answered.message };
  return submitProof(toProof(JSON.stringify(answered.answer)), callbackPath);
}
