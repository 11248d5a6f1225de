"use client";

import { SignInForm } from "@/components/auth/sign-in-form";
import type { SignInState } from "@/components/auth/sign-in-state";
import { startSignIn } from "./actions";

/** The form, sent together with where its visitor wanted to go. */
export function SignIn({ callbackPath }: { callbackPath: string }) {
  function submit(previous: SignInState, form: FormData): Promise<SignInState> {
    form.set("callbackUrl", callbackPath);
    return startSignIn(previous, form);
  }
  return <SignInForm action={submit} />;
}
