"use client";

import { useActionState } from "react";
import { EmailField } from "@/components/auth/email-field";
import { FormError } from "@/components/auth/form-error";
import { Intro } from "@/components/auth/intro";
import { SubmitButton } from "@/components/auth/submit-button";
import { BackToSignIn } from "./back-to-sign-in";
import { REQUEST_IDLE, type RequestState } from "./recovery-state";

type Props = { action: (previous: RequestState, form: FormData) => Promise<RequestState> };

/** Asks for a link. The answer is the same whether or not there is such an account. */
export function RequestForm({ action }: Props) {
  const [state, submit, pending] = useActionState(action, REQUEST_IDLE);
  const failed = state.kind === "failed";
  return (
    <div className="space-y-5">
      <Intro>
        Forgot your password? We email you a link to set a new one. You also need your authenticator app, a passkey or a
        recovery code.
      </Intro>
      <div role="status">
        {state.kind === "sent" && (
          <p className="rounded-md border bg-card px-3.5 py-3 text-sm">
            Look at your email. If there is an account with this address, a link is on its way. It works once, within 30
            minutes.
          </p>
        )}
      </div>
      <form action={submit} className="space-y-5">
        {failed && <FormError message={state.message} attempt={state} />}
        <EmailField value={failed ? state.email : ""} invalid={failed} />
        <SubmitButton pending={pending}>Send a link</SubmitButton>
      </form>
      <BackToSignIn />
    </div>
  );
}
