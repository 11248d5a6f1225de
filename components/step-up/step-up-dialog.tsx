"use client";

import { KeyRound, LoaderCircle } from "lucide-react";
import { type FormEvent, type RefObject, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { StepUpQuestion } from "@/lib/step-up/open-step-up";
import type { StepUpAnswer, StepUpProofs, TypedMethod } from "./step-up-types";

type Props = { question: StepUpQuestion; proofs: StepUpProofs; onDone: (proved: boolean) => void };

/** "Confirm it's you": what is about to happen, and a proof for that and nothing else. */
export function StepUpDialog({ question, proofs, onDone }: Props) {
  const { stepUpId, description, methods } = question;
  const proved = useRef(false);
  const { failure, pending, prove } = useProof(proved);
  const [recovering, setRecovering] = useState(!methods.includes("totp"));
  const method: TypedMethod = recovering ? "recovery_code" : "totp";
  const typed = methods.includes(method);

  return (
    <Dialog title="Confirm it's you" description={description} onClose={() => onDone(proved.current)}>
      {(close) => (
        <div className="space-y-4 px-6 pt-5 pb-6">
          {failure !== null && <FormError message={failure.message} attempt={failure} />}
          {methods.length === 0 && (
            <p className="text-sm">
              You have neither an authenticator app nor a passkey. Ask an owner of your business to reset your sign-in.
            </p>
          )}
          {typed && (
            <CodeForm
              key={method}
              method={method}
              pending={pending}
              invalid={failure !== null}
              onSubmit={(code) => prove(() => proofs.byCode(stepUpId, method, code), close)}
            />
          )}
          <div className="flex flex-col gap-2">
            {methods.includes("passkey") && (
              <Button
                type="button"
                variant={typed ? "outline" : "default"}
                size="lg"
                aria-disabled={pending || undefined}
                onClick={() => prove(() => proofs.byPasskey(stepUpId), close)}
              >
                <KeyRound aria-hidden="true" />
                Use a passkey
              </Button>
            )}
            {methods.includes("recovery_code") && methods.includes("totp") && (
              <Button type="button" variant="ghost" size="lg" onClick={() => setRecovering(!recovering)}>
                {recovering ? "Use an authentication code" : "Use a recovery code"}
              </Button>
            )}
            <Button type="button" variant="ghost" size="lg" onClick={close}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** One proof at a time. A lost connection is an answer too. */
function useProof(proved: RefObject<boolean>) {
  const [failure, setFailure] = useState<{ message: string } | null>(null);
  // Not a transition: one that is under way behind the dialog would hold this one's end back.
  const [pending, setPending] = useState(false);

  async function prove(ask: () => Promise<StepUpAnswer>, close: () => void): Promise<void> {
    if (pending) return;
    setPending(true);
    const answer = await ask().catch(
      (): StepUpAnswer => ({
        kind: "refused",
        message: "The server did not answer. Check your connection and try again.",
      }),
    );
    setPending(false);
    if (answer.kind === "refused") {
      setFailure({ message: answer.message });
      return;
    }
    proved.current = true;
    close();
  }

  return { failure, pending, prove };
}

const FIELDS = {
  totp: {
    label: "Authentication code",
    hint: "Six digits from your authenticator app. Each code works once: after signing in, wait for the next.",
    inputMode: "numeric",
  },
  recovery_code: {
    label: "Recovery code",
    hint: "One of the codes that you kept. Each works once.",
    inputMode: "text",
  },
} as const;

type CodeFormProps = { method: TypedMethod; pending: boolean; invalid: boolean; onSubmit: (code: string) => void };

function CodeForm({ method, pending, invalid, onSubmit }: CodeFormProps) {
  const { label, hint, inputMode } = FIELDS[method];
  const field = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (field.current === null || pending) return;
    onSubmit(field.current.value);
    // Whatever comes of it, this code is used up.
    field.current.value = "";
  }

  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      <div className="space-y-2">
        <Label htmlFor="step-up-code">{label}</Label>
        <Input
          ref={field}
          id="step-up-code"
          name="code"
          inputMode={inputMode}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={64}
          aria-invalid={invalid || undefined}
          aria-describedby="step-up-hint"
          className="h-11 font-mono text-lg tracking-[0.2em] md:text-lg"
        />
        <p id="step-up-hint" className="text-xs text-muted-foreground">
          {hint}
        </p>
      </div>
      <Button type="submit" size="lg" className="relative w-full" aria-disabled={pending || undefined}>
        {pending && <LoaderCircle aria-hidden="true" className="absolute left-4 animate-spin" />}
        Confirm
        <span role="status" className="sr-only">
          {pending ? "Working…" : ""}
        </span>
      </Button>
    </form>
  );
}
