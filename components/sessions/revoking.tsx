"use client";

import { createContext, type ReactNode, useActionState, useContext } from "react";
import { Button } from "@/components/ui/button";

/** What a revocation came to, in words for the page. */
export type RevokeState = Readonly<{ ok: boolean; message: string }> | null;

export type RevokeAction = (state: RevokeState, form: FormData) => Promise<RevokeState>;

type Revoking = Readonly<{ revoke: (form: FormData) => void; pending: boolean }>;

const RevokingContext = createContext<Revoking>({ revoke: () => {}, pending: false });

type Props = { onRevoke: RevokeAction; onRevokeOthers: RevokeAction; children: ReactNode };

/**
 * "Revoke all others", what came of it, and the table with a button in each row. The outcome is told here, for the row
 * that was acted on has no button any more. Forms, so that it all works before, and without, any script.
 */
export function Revoking({ onRevoke, onRevokeOthers, children }: Props) {
  const [one, revoke, revoking] = useActionState(onRevoke, null);
  const [others, revokeOthers, revokingOthers] = useActionState(onRevokeOthers, null);
  const pending = revoking || revokingOthers;
  return (
    <RevokingContext value={{ revoke, pending }}>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-lg border bg-card px-5 py-3.5">
        <p className="max-w-prose text-sm text-muted-foreground">
          Something here that is not yours? Revoke it, then change your password.
        </p>
        <form action={revokeOthers} onSubmit={(event) => pending && event.preventDefault()}>
          <Button type="submit" variant="outline" className="bg-card" aria-disabled={pending || undefined}>
            Revoke all others
          </Button>
        </form>
      </div>
      <div role="status" aria-busy={pending} className="text-sm">
        <Outcome state={one} />
        <Outcome state={others} />
      </div>
      {children}
    </RevokingContext>
  );
}

function Outcome({ state }: { state: RevokeState }) {
  if (state === null) return null;
  return (
    <p
      className={`mb-4 rounded-lg border px-5 py-3 ${state.ok ? "bg-card" : "border-destructive/40 text-destructive"}`}
    >
      {state.message}
    </p>
  );
}

/** One row's button. `describedBy` names the cell that says which session it is. */
export function RevokeButton({ sessionId, describedBy }: { sessionId: string; describedBy: string }) {
  const { revoke, pending } = useContext(RevokingContext);
  return (
    // A double click acts once: the second would say that there is nothing to revoke.
    <form action={revoke} onSubmit={(event) => pending && event.preventDefault()}>
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
