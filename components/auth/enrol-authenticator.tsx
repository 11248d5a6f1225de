"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { AuthenticatorSecret } from "./authenticator-secret";
import { FormError } from "./form-error";
import { Intro } from "./intro";
import { RecoveryCodesPanel } from "./recovery-codes-panel";
import { SubmitButton } from "./submit-button";

export type EnrolResult =
  | { kind: "done"; recoveryCodes: readonly string[] }
  /** `next` where another code will not help, and what will. */
  | { kind: "failed"; message: string; next: { href: string; label: string } | null };

type Props = {
  /** Above the picture: which step this is. */
  intro: string;
  qr: { size: number; path: string };
  secret: string;
  account: string;
  onCode: (code: string) => Promise<EnrolResult>;
  /** Back to the form, where there is one. */
  onStartOver?: (form: FormData) => Promise<void>;
  /** Where to go once the codes are kept. */
  next: { href: string; label: string };
};

/** An authenticator app is enrolled and proved; then the recovery codes are shown, this once. */
export function EnrolAuthenticator({ intro, qr, secret, account, onCode, onStartOver, next }: Props) {
  const [result, setResult] = useState<EnrolResult | null>(null);
  if (result?.kind === "done") return <KeepCodes codes={result.recoveryCodes} account={account} next={next} />;
  return (
    <div className="space-y-6">
      <Intro>{intro}</Intro>
      <AuthenticatorSecret qr={qr} secret={secret} />
      <CodeForm failure={result} onCode={onCode} onResult={setResult} />
      {onStartOver !== undefined && (
        <form action={onStartOver}>
          <Button
            type="submit"
            variant="link"
            className="h-auto p-0 font-normal text-muted-foreground hover:text-foreground"
          >
            Start over
          </Button>
        </form>
      )}
    </div>
  );
}

type CodeFormProps = Pick<Props, "onCode"> & {
  failure: (EnrolResult & { kind: "failed" }) | null;
  onResult: (result: EnrolResult) => void;
};

function CodeForm({ failure, onCode, onResult }: CodeFormProps) {
  const [pending, startTransition] = useTransition();
  const field = useRef<HTMLInputElement>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = field.current?.value ?? "";
    startTransition(async () => {
      onResult(await answer(onCode, code));
      if (field.current !== null) field.current.value = "";
    });
  }

  return (
    // POST, so that a code typed before the script has loaded never ends up in an address.
    <form method="post" onSubmit={submit} className="space-y-5">
      {failure !== null && <FormError message={failure.message} attempt={failure} />}
      <div className="space-y-2">
        <Label htmlFor="code">Authentication code</Label>
        <Input
          ref={field}
          id="code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={32}
          aria-invalid={failure !== null || undefined}
          aria-describedby="code-hint"
          className="h-11 font-mono text-lg tracking-[0.2em] md:text-lg"
        />
        <p id="code-hint" className="text-xs text-muted-foreground">
          The six digits that the app shows now.
        </p>
      </div>
      {failure?.next ? <NextStep {...failure.next} /> : <SubmitButton pending={pending}>Finish</SubmitButton>}
    </form>
  );
}

/** A lost connection is an answer too. If what was asked for has happened all the same, the next code is told so. */
async function answer(onCode: Props["onCode"], code: string): Promise<EnrolResult> {
  try {
    return await onCode(code);
  } catch {
    return {
      kind: "failed",
      message: "The server did not answer. Check your connection, then send the next code.",
      next: null,
    };
  }
}

/** Recovery codes, which are shown once, and the way on. */
export function KeepCodes({ codes, account, next }: Pick<Props, "account" | "next"> & { codes: readonly string[] }) {
  return (
    <div className="space-y-6">
      <div className="space-y-2">
        <h2 className="font-semibold" tabIndex={-1} ref={(heading) => heading?.focus()}>
          Keep your recovery codes
        </h2>
        <p className="text-sm text-muted-foreground">
          If you lose what you sign in with, each of these signs you in once. They are not shown again.
        </p>
      </div>
      <RecoveryCodesPanel codes={codes} account={account} />
      <NextStep {...next} />
    </div>
  );
}

/** A full load: the session may be new, and nothing fetched without it is to be shown. */
function NextStep({ href, label }: Props["next"]) {
  return (
    <Button asChild size="lg" className="w-full print:hidden">
      <a href={href}>{label}</a>
    </Button>
  );
}
