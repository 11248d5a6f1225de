"use client";

import { useActionState } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
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
      <div className="space-y-2">
        <Label htmlFor="email">Email</Label>
        <Input
          id="email"
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          defaultValue={failed ? state.email : ""}
          aria-invalid={failed || undefined}
          className="h-10"
        />
      </div>
      <PasswordField id="password" invalid={failed} />
      <SubmitButton pending={pending}>Sign in</SubmitButton>
    </form>
  );
}
