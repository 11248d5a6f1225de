"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { EnrolAuthenticator, type EnrolResult, KeepCodes } from "@/components/auth/enrol-authenticator";
import { FormError } from "@/components/auth/form-error";
import { Intro } from "@/components/auth/intro";
import { PasswordField } from "@/components/auth/password-field";
import { SubmitButton } from "@/components/auth/submit-button";
import { BackToSignIn } from "./back-to-sign-in";
import { EnrolPasskey } from "./enrol-passkey";
import { LinkOver } from "./link-over";
import type { BeginResult, FinishResult, NewFactor } from "./recovery-state";

type Props = {
  onPassword: (password: string) => Promise<BeginResult>;
  onFactor: (password: string, factor: NewFactor) => Promise<FinishResult>;
};

const NEXT = { href: "/login", label: "Sign in" };

/** After an owner's reset: the password shows who opened the link, and a new factor is enrolled and proved. */
export function EnrolAgainForm({ onPassword, onFactor }: Props) {
  const [result, setResult] = useState<BeginResult | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
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

  async function prove(factor: NewFactor): Promise<EnrolResult> {
    const answer = await onFactor(password.current, factor);
    if (answer.kind === "done") setCodes(answer.recoveryCodes);
    if (answer.kind !== "again") return answer;
    setResult({ kind: "failed", message: answer.message, over: false });
    return { kind: "failed", message: answer.message, next: null };
  }

  if (result?.kind === "begun") {
    const { email, authenticator, passkey } = result;
    if (codes !== null) return <KeepCodes codes={codes} account={email} next={NEXT} />;
    return (
      <div className="space-y-6">
        {authenticator !== null && (
          <EnrolAuthenticator
            intro="Scan this with an authenticator app, then type the code that it shows."
            qr={authenticator.qr}
            secret={authenticator.secret}
            account={email}
            onCode={(code) => prove({ method: "totp", enrolmentId: authenticator.enrolmentId, code })}
            next={NEXT}
          />
        )}
        {passkey !== null && (
          <EnrolPasskey
            options={passkey}
            only={authenticator === null}
            onMade={(answer) => prove({ method: "passkey", answer })}
          />
        )}
      </div>
    );
  }
  if (result?.over) return <LinkOver message={result.message} next={NEXT} />;
  return (
    <form method="post" onSubmit={submit} className="space-y-5">
      <Intro>Your ways of signing in were reset. Type your password; then you set up a new one.</Intro>
      {result !== null && <FormError message={result.message} attempt={result} />}
      <PasswordField id="password" invalid={result !== null} />
      <SubmitButton pending={pending}>Continue</SubmitButton>
      <BackToSignIn />
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
