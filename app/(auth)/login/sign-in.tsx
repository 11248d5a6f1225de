"use client";

import { SignInForm } from "@/components/auth/sign-in-form";
import type { SignInState } from "@/components/auth/sign-in-state";
import { PasskeyButton } from "@/components/passkeys/passkey-button";
import { startSignIn } from "./actions";
import { signInByPasskey } from "./use-passkey";

/** The ways in, each with where its visitor wanted to go. */
export function SignIn({ callbackPath }: { callbackPath: string }) {
  function submit(previous: SignInState, form: FormData): Promise<SignInState> {
    form.set("callbackUrl", callbackPath);
    return startSignIn(previous, form);
  }
  return (
    <div className="space-y-5">
      <SignInForm action={submit} />
      <p className="flex items-center gap-3 text-xs text-muted-foreground before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
        or
      </p>
      <PasskeyButton onUse={() => signInByPasskey(callbackPath)}>Sign in with a passkey</PasskeyButton>
    </div>
  );
}
