"use client";

import { KeyRound } from "lucide-react";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { FormError } from "@/components/auth/form-error";
import { NewPasswordField } from "@/components/auth/new-password-field";
import { SubmitButton } from "@/components/auth/submit-button";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { BackToSignIn } from "./back-to-sign-in";
import { LinkOver } from "./link-over";
import type { ResetResult } from "./recovery-state";

export type CodeMethod = "totp" | "recovery_code";

type Props = {
  passwordLengthMin: number;
  onCode: (password: string, method: CodeMethod, code: string) => Promise<ResetResult>;
  onPasskey: (password: string) => Promise<ResetResult>;
};

/** A new password, and a factor to go with the link: all of it is sent together, by one button or the other. */
export function ResetForm({ passwordLengthMin, onCode, onPasskey }: Props) {
  const [result, setResult] = useState<ResetResult | null>(null);
  const [method, setMethod] = useState<CodeMethod>("totp");
  const [pending, startTransition] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const code = useRef<HTMLInputElement>(null);

  function send(answer: (password: string) => Promise<ResetResult>) {
    const password = String(new FormData(form.current ?? undefined).get("password") ?? "");
    startTransition(async () => {
      setResult(await orNoAnswer(answer(password)));
      if (code.current !== null) code.current.value = "";
    });
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = code.current?.value ?? "";
    send((password) => onCode(password, method, typed));
  }

  if (result?.kind === "done") return <PasswordSet />;
  if (result?.over)
    return <LinkOver message={result.message} next={{ href: "/recover", label: "Ask for a new link" }} />;
  return (
    // POST, so that nothing typed before the script has loaded ends up in an address.
    <form ref={form} method="post" onSubmit={submit} className="space-y-5">
      {result !== null && <FormError message={result.message} attempt={result} />}
      <NewPasswordField id="new-password" label="New password" lengthMin={passwordLengthMin} />
      <CodeField key={method} method={method} field={code} />
      <SubmitButton pending={pending}>Set new password</SubmitButton>
      <div className="space-y-3 border-t pt-5">
        <Button
          type="button"
          variant="outline"
          size="lg"
          className="w-full"
          aria-disabled={pending || undefined}
          onClick={() => {
            if (!pending) send(onPasskey);
          }}
        >
          <KeyRound aria-hidden="true" />
          Use a passkey
        </Button>
        <Button
          type="button"
          variant="link"
          className="h-auto p-0 font-normal"
          onClick={() => setMethod(method === "totp" ? "recovery_code" : "totp")}
        >
          {method === "totp" ? "Use a recovery code" : "Use an authentication code"}
        </Button>
      </div>
      <BackToSignIn />
    </form>
  );
}

function CodeField({ method, field }: { method: CodeMethod; field: React.RefObject<HTMLInputElement | null> }) {
  const isTotp = method === "totp";
  return (
    <div className="space-y-2">
      <Label htmlFor="code">{isTotp ? "Authentication code" : "Recovery code"}</Label>
      <Input
        ref={field}
        id="code"
        name="code"
        inputMode={isTotp ? "numeric" : "text"}
        autoComplete={isTotp ? "one-time-code" : "off"}
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
        aria-describedby="code-hint"
        className="h-11 font-mono text-lg tracking-[0.2em] md:text-lg"
      />
      <p id="code-hint" className="text-xs text-muted-foreground">
        {isTotp ? "Six digits, from your authenticator app." : "One of those that you kept. Each works once."}
      </p>
    </div>
  );
}

function PasswordSet() {
  return (
    <div className="space-y-5">
      <p role="status" className="rounded-md border bg-card px-3.5 py-3 text-sm">
        Your new password is set, and you are signed out everywhere.
      </p>
      <Button asChild size="lg" className="w-full">
        <a href="/login">Sign in</a>
      </Button>
    </div>
  );
}

/** A lost connection is an answer too. */
async function orNoAnswer(answer: Promise<ResetResult>): Promise<ResetResult> {
  try {
    return await answer;
  } catch {
    const message = "The server did not answer. Check your connection, then try again with the next code.";
    return { kind: "failed", message, over: false };
  }
}
