"use client";

import { VerifyForm, type VerifyResult } from "@/components/auth/verify-form";
import { askForPasskey } from "@/components/passkeys/ask-browser";
import { PasskeyButton } from "@/components/passkeys/passkey-button";
import { beginPasskey, confirmByCode, confirmByPasskey } from "./actions";

type Props = { callbackPath: string; methods: readonly ("totp" | "passkey")[] };

/** A code or a passkey, for the session that is held. */
export function ConfirmSession({ callbackPath, methods }: Props) {
  const typed = methods.includes("totp");
  return (
    <div className="space-y-4">
      {typed && <VerifyForm onVerify={(code) => confirmByCode({ code, callbackUrl: callbackPath })} />}
      {methods.includes("passkey") && (
        <PasskeyButton primary={!typed} onUse={() => proveByPasskey(callbackPath)}>
          Use a passkey
        </PasskeyButton>
      )}
      {methods.length === 0 && <p className="text-sm">You have neither an authenticator app nor a passkey here.</p>}
    </div>
  );
}

async function proveByPasskey(callbackUrl: string): Promise<VerifyResult> {
  const options = await beginPasskey();
  if ("message" in options) return { ok: false, message: options.message };
  const asked = await askForPasskey(options);
  if (asked.kind === "failed") return { ok: false, message: asked.message };
  return confirmByPasskey({ answer: asked.answer, callbackUrl });
}
