"use client";

import { CircleCheck } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { FormError } from "@/components/auth/form-error";
import { SubmitButton } from "@/components/auth/submit-button";
import { Button } from "@/components/ui/button";

/** `link_gone`: it never was, was used, or has expired. */
export type RevokeResult = { kind: "ended" } | { kind: "link_gone" } | { kind: "failed"; message: string };

type Props = { onEnd: (token: string) => Promise<RevokeResult> };

const FRAGMENT = /^#([A-Za-z0-9_-]{43})$/;

/**
 * One button. The token stands in the fragment, which no server sees, and is taken out of the address at once; opening
 * the link changes nothing, because programs that read e-mails open links too.
 */
export function RevokePage({ onEnd }: Props) {
  const token = useToken();
  const [result, setResult] = useState<RevokeResult | null>(null);
  const [pending, startTransition] = useTransition();

  // As high as its highest state, so that nothing moves when it comes.
  return <div className="min-h-56">{content()}</div>;

  function content(): ReactNode {
    if (token === "unread") return null;
    if (token === null || result?.kind === "link_gone") return <LinkGone />;
    if (result?.kind === "ended") return <Ended />;
    return (
      <form
        method="post"
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          startTransition(async () => setResult(await orNoAnswer(onEnd(token))));
        }}
      >
        <p className="text-sm text-muted-foreground">
          You were told of a sign-in from a browser that was new to your account. If it was not you, end its session
          now.
        </p>
        {result?.kind === "failed" && <FormError message={result.message} attempt={result} />}
        <SubmitButton pending={pending}>End that session</SubmitButton>
        <p className="text-sm text-muted-foreground">If it was you, close this page: nothing happens.</p>
      </form>
    );
  }
}

function useToken(): string | null | "unread" {
  const [token, setToken] = useState<string | null | "unread">("unread");
  useEffect(() => {
    function read() {
      const found = FRAGMENT.exec(window.location.hash)?.[1] ?? null;
      if (found !== null) window.history.replaceState(null, "", window.location.pathname);
      // In development effects run twice, and the second time the token is out of the address already.
      setToken((before) => found ?? (before === "unread" ? null : before));
    }
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}

function Ended() {
  const message = useRef<HTMLDivElement>(null);
  // The button that had the focus is gone.
  useEffect(() => message.current?.focus(), []);
  return (
    <div className="space-y-5">
      <div
        ref={message}
        role="status"
        tabIndex={-1}
        className="flex items-start gap-2.5 rounded-md border bg-card px-3.5 py-3 text-sm"
      >
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-success" />
        <p>
          That session has ended, and every other one in that browser. Whoever used it knows your password: change it
          now, and look at your sessions.
        </p>
      </div>
      <Next label="Change password" href="/security" />
    </div>
  );
}

function LinkGone() {
  return (
    <div className="space-y-5">
      <p role="alert" className="rounded-md border bg-card px-3.5 py-3 text-sm">
        This link does not work any more: it works once, within 24 hours. Look at your sessions to see who is signed in.
      </p>
      <Next label="Look at sessions" href="/sessions" />
    </div>
  );
}

function Next({ label, href }: { label: string; href: string }) {
  return (
    <>
      <Button asChild size="lg" className="w-full">
        <a href={href}>{label}</a>
      </Button>
      <p className="text-sm text-muted-foreground">
        You cannot sign in?{" "}
        <a href="/recover" className="underline underline-offset-4 hover:text-foreground">
          Recover your account
        </a>
      </p>
    </>
  );
}

/** A lost connection is an answer too. */
async function orNoAnswer(answer: Promise<RevokeResult>): Promise<RevokeResult> {
  try {
    return await answer;
  } catch {
    return { kind: "failed", message: "The server did not answer. Check your connection, then try again." };
  }
}
