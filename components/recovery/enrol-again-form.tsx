"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { EnrolAuthenticator, type EnrolResult } from "@/components/auth/enrol-authenticator";
import { FormError } from "@/components/auth/form-error";
import { PasswordField } from "@/components/auth/password-field";
import { SubmitButton } from "@/components/auth/submit-button";
import { LinkOver } from "./link-over";
import type { BeginResult } from "./recovery-state";

type Props = {
  onPassword: (password: string) => Promise<BeginResult>;
  onCode: (password: string, enrolmentId: string, code: string) => Promise<EnrolResult>;
};

/** After an owner's reset: the password shows who opened the link, and a new authenticator is enrolled and proved. */
export function EnrolAgainForm({ onPassword, onCode }: Props) {
  const [result, setResult] = useState<BeginResult | null>(null);
  const [pending, startTransition] = useTransition();
  const password = useRef("");

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("password") ?? "");
    password.current = typed;
    startTransition(async () => {
      setResult(await orNoAnswer(onPassword(typed)));
    });
  }

  if (result?.kind === "begun") {
    return (
      <EnrolAuthenticator
        intro="Scan this with an authenticator app, then type the code that it shows."
        qr={result.qr}
        secret={result.secret}
        account={result.email}
        onCode={(code) => onCode(password.current, result.enrolmentId, code)}
        next={{ href: "/login", label: "Sign in" }}
      />
    );
  }
  if (result?.over) return <LinkOver message={result.message} next={{ href: "/login", label: "Sign in" }} />;
  return (
    <form method="post" onSubmit={submit} className="space-y-5">
      <p className="text-sm text-muted-foreground">
        Your ways of signing in were reset. Type your password; then you set up a new authenticator app.
      </p>
      {result !== null && <FormError message={result.message} attempt={result} />}
      <PasswordField id="password" invalid={result !== null} />
      <SubmitButton pending={pending}>Continue</SubmitButton>
    </form>
  );
}

/** A lost connection is an answer too. */
async function orNoAnswer(answer: Promise<BeginResult>): Promise<BeginResult> {
  try {
    return await answer;
  } catch {
    return {
      kind: "failed",
      message: "The server did not answer. Check your connection, then try again.",
      over: false,
    };
  }
}
