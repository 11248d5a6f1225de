"use client";

import { useActionState } from "react";
import { EmailField } from "./email-field";
import { FormError } from "./form-error";
import { PasswordField } from "./password-field";
import { SIGN_IN_IDLE, type SignInState } from "./sign-in-state";
import { SubmitButton } from "./submit-button";

type Props = { action: (previous: SignInState, form: FormData) => Promise<SignInState> };

export function SignInForm({ action }: Props) {
  const [state, submit, pending] = useActionState(action, SIGN_IN_IDLE);
  const failed = state.kind === "failed";
  return (
    <form action={submit} className="space-y-5">
      {failed && <FormError message={state.message} attempt={state} />}
      <EmailField value={failed ? state.email : ""} invalid={failed} />
      <PasswordField id="password" invalid={failed} />
      <SubmitButton pending={pending}>Sign in</SubmitButton>
    </form>
  );
}
