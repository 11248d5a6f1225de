"use client";

import { KeyRound } from "lucide-react";
import { useState, useTransition } from "react";
import { FormError } from "@/components/auth/form-error";
import { VerifyForm } from "@/components/auth/verify-form";
import { askForPasskey } from "@/components/passkeys/ask-browser";
import { Button } from "@/components/ui/button";
import { beginPasskey, confirmByCode, confirmByPasskey } from "./actions";

type Props = { callbackPath: string; methods: readonly ("totp" | "passkey")[] };

/** A code or a passkey, for the session that is held. */
export function ConfirmSession({ callbackPath, methods }: Props) {
  return (
    <div className="space-y-4">
      {methods.includes("totp") && (
        <VerifyForm onVerify={(code) => confirmByCode({ code, callbackUrl: callbackPath })} />
      )}
      {methods.includes("passkey") && <PasskeyButton callbackPath={callbackPath} />}
      {methods.length === 0 && <p className="text-sm">You have neither an authenticator app nor a passkey here.</p>}
    </div>
  );
}

function PasskeyButton({ callbackPath }: { callbackPath: string }) {
  const [failure, setFailure] = useState<{ message: string } | null>(null);
  const [pending, startTransition] = useTransition();

  function use() {
    if (pending) return;
    startTransition(async () => {
      const message = await proveByPasskey(callbackPath);
      if (message !== null) setFailure({ message });
    });
  }

  return (
    <>
      {failure !== null && <FormError message={failure.message} attempt={failure} />}
      <Button
        type="button"
        variant="outline"
        size="lg"
        className="w-full"
        aria-disabled={pending || undefined}
        onClick={use}
      >
        <KeyRound aria-hidden="true" />
        Use a passkey
      </Button>
    </>
  );
}

/** Null when the page is on its way to where its visitor wanted to go, else what went wrong. */
async function proveByPasskey(callbackUrl: string): Promise<string | null> {
  try {
    const options = await beginPasskey(undefined);
    if ("message" in options) return options.message;
    const asked = await askForPasskey(options);
    if (asked.kind === "failed") return asked.message;
    const result = await confirmByPasskey({ answer: asked.answer, callbackUrl });
    if (!result.ok) return result.message;
    // A full load: the session has a new token, and nothing fetched under the old one may be shown.
    window.location.assign(result.redirectTo);
    return null;
  } catch {
    return "The server did not answer. Check your connection and try again.";
  }
}
