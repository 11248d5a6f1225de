"use client";

import { type FormEvent, type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { FormError } from "./form-error";
import { SubmitButton } from "./submit-button";

export type VerifyResult = { ok: true; redirectTo: string } | { ok: false; message: string; locked?: boolean };

/** What is typed: a code of an app, one that was sent, or one that was kept. */
const FIELDS = {
  totp: { label: "Authentication code", hint: "Six digits. Each code works once.", numeric: true },
  sent: {
    label: "Authentication code",
    hint: "Six digits, from our newest message. Good for five minutes.",
    numeric: true,
  },
  recovery_code: {
    label: "Recovery code",
    hint: "Each works once. When you are in, set up a new authenticator app or passkey on the Security page.",
    numeric: false,
  },
} as const;

type Props = {
  kind?: keyof typeof FIELDS;
  onVerify: (code: string) => Promise<VerifyResult>;
  /** What else helps with this code, such as sending it again. */
  children?: ReactNode;
};

export function VerifyForm({ kind = "totp", onVerify, children }: Props) {
  const { label, hint, numeric } = FIELDS[kind];
  const [failure, setFailure] = useState<{ message: string; locked: boolean } | null>(null);
  const [pending, startTransition] = useTransition();
  const field = useRef<HTMLInputElement>(null);
  const locked = failure?.locked ?? false;

  // The page asks for one thing; who came here by the keyboard can type it at once.
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = field.current?.value ?? "";
    startTransition(async () => {
      const result = await answer(onVerify, code);
      if (result.ok) {
        // A full load: the session has a new token, and nothing fetched under the old one may be shown.
        window.location.assign(result.redirectTo);
        return;
      }
      if (field.current !== null) field.current.value = "";
      setFailure({ message: result.message, locked: result.locked ?? false });
    });
  }

  return (
    // POST, so that a code typed before the script has loaded never ends up in an address.
    <form method="post" onSubmit={submit} className="space-y-5">
      {failure !== null && <FormError message={failure.message} attempt={failure} />}
      <div className="space-y-2">
        <Label htmlFor="code">{label}</Label>
        <Input
          ref={field}
          id="code"
          name="code"
          inputMode={numeric ? "numeric" : "text"}
          autoComplete={numeric ? "one-time-code" : "off"}
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={64}
          disabled={locked}
          aria-invalid={failure !== null || undefined}
          aria-describedby="code-hint"
          className={cn("h-11 font-mono", numeric ? "text-lg tracking-[0.2em] md:text-lg" : "text-base md:text-base")}
        />
        <p id="code-hint" className="text-xs text-muted-foreground">
          {hint}
        </p>
      </div>
      <SubmitButton pending={pending} disabled={locked}>
        Verify
      </SubmitButton>
      {children !== undefined && <div className="text-sm">{children}</div>}
    </form>
  );
}

/** A lost connection is an answer too: nothing is known to be wrong with the code. */
async function answer(onVerify: Props["onVerify"], code: string): Promise<VerifyResult> {
  try {
    return await onVerify(code);
  } catch {
    return { ok: false, message: "The server did not answer. Check your connection, then try again." };
  }
}
