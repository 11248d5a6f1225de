"use client";

import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { FormError } from "./form-error";
import { SubmitButton } from "./submit-button";

/** `againInSeconds`: how long until another one may be sent; 0 where that is not known. */
export type SendResult = Readonly<{ againInSeconds: number }> &
  ({ kind: "sent" } | { kind: "failed"; message: string });

type Props = {
  /** Where it goes, masked. */
  to: string;
  /** One has been sent already, and may still be used. */
  isOut: boolean;
  onSend: () => Promise<SendResult>;
  /** The form that takes the code, around the button that sends another one. */
  children: (again: ReactNode) => ReactNode;
};

/** A code is sent when its reader asks for it, and then there is something to type. */
export function SentCode({ to, isOut, onSend, children }: Props) {
  const { result, isSent, said, pending, send } = useSending(onSend, isOut, to);
  const left = useSecondsLeft(result);
  const first = useRef<HTMLDivElement>(null);
  // Who came here by the keyboard sends the code with the next key.
  useEffect(() => first.current?.querySelector("button")?.focus(), []);

  const status = (
    <p role="status" className="text-sm text-muted-foreground">
      {said}
    </p>
  );
  const refusal = result?.kind === "failed" && <FormError message={result.message} attempt={result} />;
  if (!isSent) {
    return (
      <form
        method="post"
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {refusal}
        {status}
        <div ref={first}>
          <SubmitButton pending={pending}>Send code</SubmitButton>
        </div>
      </form>
    );
  }
  const again = (
    <div className="space-y-2">
      <Button
        type="button"
        variant="link"
        className="h-auto p-0 font-normal"
        aria-disabled={pending || undefined}
        onClick={send}
      >
        Send another code
      </Button>
      <p className="text-xs text-muted-foreground tabular-nums">
        The newest one works.{" "}
        {left > 0 ? `Another one in ${inWords(left)}.` : "One every 30 seconds, five in 15 minutes."}
      </p>
    </div>
  );
  return (
    <div className="space-y-5">
      {refusal}
      {status}
      {children(again)}
    </div>
  );
}

function useSending(onSend: Props["onSend"], isOut: boolean, to: string) {
  const [result, setResult] = useState<SendResult | null>(null);
  const [sent, setSent] = useState(0);
  const [pending, startTransition] = useTransition();
  const isSent = isOut || sent > 0;
  const said = isSent
    ? `${sent > 1 ? "Another code is" : "A code is"} on its way to ${to}.`
    : `We send a code to ${to}. It works once, for five minutes.`;

  function send() {
    if (pending) return;
    startTransition(async () => {
      const answer = await onSend().catch(
        (): SendResult => ({ kind: "failed", message: NO_ANSWER, againInSeconds: 0 }),
      );
      setResult(answer);
      if (answer.kind === "sent") setSent((count) => count + 1);
    });
  }

  return { result, isSent, said, pending, send };
}

const NO_ANSWER = "The server did not answer. Check your connection and try again.";

/** From each answer on, by the browser's steady clock: setting it changes nothing. */
function useSecondsLeft(result: SendResult | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = performance.now() + (result?.againInSeconds ?? 0) * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [result]);
  return left;
}

function inWords(seconds: number): string {
  return seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`;
}
