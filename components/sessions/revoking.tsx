"use client";

import {
  createContext,
  type FormEvent,
  type ReactNode,
  useActionState,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button } from "@/components/ui/button";

/** What a revocation came to, in words for the page. */
export type RevokeState = Readonly<{ ok: boolean; message: string }> | null;

export type RevokeAction = (state: RevokeState, form: FormData) => Promise<RevokeState>;

type Revoking = Readonly<{ revoke: (form: FormData) => void; onSubmit: (event: FormEvent) => void; pending: boolean }>;

const RevokingContext = createContext<Revoking>({ revoke: () => {}, onSubmit: () => {}, pending: false });

type Props = { onRevoke: RevokeAction; onRevokeOthers: RevokeAction; children: ReactNode };

/**
 * "Revoke all others", what came of it, and the table with a button in each row. The outcome is told here, for the row
 * that was acted on has no button any more. Forms, so that it all works before, and without, any script.
 */
export function Revoking({ onRevoke, onRevokeOthers, children }: Props) {
  const [one, revoke, revoking] = useActionState(onRevoke, null);
  const [others, revokeOthers, revokingOthers] = useActionState(onRevokeOthers, null);
  const [last, setLast] = useState<"one" | "others" | null>(null);
  const pending = revoking || revokingOthers;
  // Of the two, what was done last. Before there is a script one of them is all there is.
  const outcome = last === null ? (one ?? others) : last === "one" ? one : others;

  // A double click acts once: the second would say that there is nothing to revoke.
  const onSubmit = (which: "one" | "others") => (event: FormEvent) => {
    if (pending) event.preventDefault();
    else setLast(which);
  };

  return (
    <RevokingContext value={{ revoke, onSubmit: onSubmit("one"), pending }}>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg border bg-card px-5 py-3.5">
        <p className="max-w-prose text-sm text-muted-foreground">
          Something here that is not yours? Revoke it, then change your password.
        </p>
        <form action={revokeOthers} onSubmit={onSubmit("others")}>
          <Button type="submit" variant="outline" className="bg-card" aria-disabled={pending || undefined}>
            Revoke all others
          </Button>
        </form>
      </div>
      <div role="status" aria-busy={pending} className="text-sm">
        {pending ? <Told>Revoking…</Told> : outcome !== null && <Outcome outcome={outcome} />}
      </div>
      {children}
    </RevokingContext>
  );
}

/** It takes the focus, because the button that was pressed may be gone. */
function Outcome({ outcome }: { outcome: NonNullable<RevokeState> }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each outcome is met anew, also one in the same words
  useEffect(() => box.current?.focus(), [outcome]);
  return (
    <div ref={box} tabIndex={-1} className="rounded-lg">
      <Told failed={!outcome.ok}>{outcome.message}</Told>
    </div>
  );
}

function Told({ failed = false, children }: { failed?: boolean; children: string }) {
  return (
    <p className={`mb-4 rounded-lg border px-5 py-3 ${failed ? "border-destructive/40 text-destructive" : "bg-card"}`}>
      {children}
    </p>
  );
}

/** One row's button. `describedBy` names the cell that says which session it is. */
export function RevokeButton({ sessionId, describedBy }: { sessionId: string; describedBy: string }) {
  const { revoke, onSubmit, pending } = useContext(RevokingContext);
  return (
    <form action={revoke} onSubmit={onSubmit}>
      <input type="hidden" name="sessionId" value={sessionId} />
      <Button
        type="submit"
        size="sm"
        variant="outline"
        className="bg-card"
        aria-describedby={describedBy}
        aria-disabled={pending || undefined}
      >
        Revoke
      </Button>
    </form>
  );
}
