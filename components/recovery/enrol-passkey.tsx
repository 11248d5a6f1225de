"use client";

import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/browser";
import { useState } from "react";
import type { EnrolResult } from "@/components/auth/enrol-authenticator";
import { FormError } from "@/components/auth/form-error";
import { askForNewPasskey } from "@/components/passkeys/ask-browser";
import { AskingButton } from "@/components/passkeys/passkey-button";
import { Button } from "@/components/ui/button";

type Failure = Extract<EnrolResult, { kind: "failed" }>;

type Props = {
  options: PublicKeyCredentialCreationOptionsJSON;
  /** Nothing else may be enrolled. */
  only: boolean;
  onMade: (answer: RegistrationResponseJSON) => Promise<EnrolResult>;
};

const NO_ANSWER = "The server did not answer. Check your connection, then open the link in the email again.";

/** Has the browser make a passkey. What it refuses may be tried again; what the server refuses needs a new beginning. */
export function EnrolPasskey({ options, only, onMade }: Props) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);

  async function add() {
    setPending(true);
    setFailure(null);
    const asked = await askForNewPasskey(options);
    const result =
      asked.kind === "failed"
        ? failed(asked.message)
        : await onMade(asked.answer).catch((): EnrolResult => failed(NO_ANSWER));
    setPending(false);
    if (result.kind === "failed") setFailure(result);
  }

  return (
    <div className={only ? "space-y-4" : "space-y-4 border-t pt-6"}>
      <p className="text-sm text-muted-foreground">
        {only ? "Set up a passkey: " : "Or set up a passkey: "}your fingerprint, face or PIN, on this device or on a
        security key.
      </p>
      {failure !== null && <FormError message={failure.message} attempt={failure} />}
      {failure?.next ? (
        <Button asChild size="lg" className="w-full">
          <a href={failure.next.href}>{failure.next.label}</a>
        </Button>
      ) : (
        <AskingButton primary={only} pending={pending} onClick={add}>
          Add a passkey
        </AskingButton>
      )}
    </div>
  );
}

function failed(message: string): Failure {
  return { kind: "failed", message, next: null };
}
