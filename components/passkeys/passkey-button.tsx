"use client";

import { KeyRound, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import type { VerifyResult } from "@/components/auth/verify-form";
import { Button } from "@/components/ui/button";

type Props = {
  children: string;
  /** Where it is the one thing to do, and not the other way. */
  primary?: boolean;
  onUse: () => Promise<VerifyResult>;
};

const NO_ANSWER = "The server did not answer. Check your connection and try again.";

/** Signs in by a passkey. What goes wrong is said above the button; it stays where it was, and so does the page. */
export function PasskeyButton({ children, primary = false, onUse }: Props) {
  const [failure, setFailure] = useState<{ message: string } | null>(null);
  const [pending, setPending] = useState(false);

  async function use() {
    setPending(true);
    setFailure(null);
    const result = await onUse().catch((): VerifyResult => ({ ok: false, message: NO_ANSWER }));
    if (result.ok) {
      // A full load: the session has a new token, and nothing fetched under the old one may be shown.
      window.location.assign(result.redirectTo);
      return;
    }
    setPending(false);
    setFailure({ message: result.message });
  }

  return (
    <div className="space-y-4">
      {failure !== null && <FormError message={failure.message} attempt={failure} />}
      <AskingButton primary={primary} pending={pending} onClick={use}>
        {children}
      </AskingButton>
    </div>
  );
}

type AskingProps = { children: string; primary: boolean; pending: boolean; onClick: () => void };

/** Has the browser ask for a passkey, and says so while it does. */
export function AskingButton({ children, primary, pending, onClick }: AskingProps) {
  return (
    <Button
      type="button"
      variant={primary ? "default" : "outline"}
      size="lg"
      className="relative w-full aria-disabled:opacity-80"
      aria-disabled={pending || undefined}
      onClick={() => {
        if (!pending) onClick();
      }}
    >
      {pending ? (
        <LoaderCircle aria-hidden="true" className="absolute left-4 animate-spin" />
      ) : (
        <KeyRound aria-hidden="true" className="absolute left-4" />
      )}
      {children}
      <span role="status" className="sr-only">
        {pending ? "Waiting for your passkey…" : ""}
      </span>
    </Button>
  );
}
