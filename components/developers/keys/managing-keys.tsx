"use client";

import { KeyRound } from "lucide-react";
import { createContext, type ReactNode, useContext, useState } from "react";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import type { ActOnOne, CreateKey, NewSecret, RotateKey } from "../answers";
import { GuideLink } from "../guide-link";
import { Outcome } from "../outcome";
import { ShownSecret } from "../shown-secret";
import { CreateKeyForm } from "./create-key-form";
import { RevokeKeyDialog } from "./revoke-key-dialog";
import { RotateKeyDialog } from "./rotate-key-dialog";

export type AskedKey = Readonly<{ id: string; name: string }>;

type Doing = Readonly<{ kind: "create" } | { kind: "rotate" | "revoke"; key: AskedKey }>;

type Ask = (doing: Doing) => void;

type Desk = Readonly<{ ask: Ask; endPrevious: (key: AskedKey) => void; pending: boolean }>;

const DeskContext = createContext<Desk>({ ask: () => {}, endPrevious: () => {}, pending: false });

type Props = {
  modes: readonly string[];
  onCreate: CreateKey;
  onRotate: RotateKey;
  onRevoke: ActOnOne;
  onEndPrevious: ActOnOne;
  children: ReactNode;
};

/** "Create key", what came of it, and the table whose rows have the other buttons: the row that was acted on may be gone. */
export function ManagingKeys({ modes, onCreate, onRotate, onRevoke, onEndPrevious, children }: Props) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const [shown, setShown] = useState<(NewSecret & { title: string }) | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const { run, pending, refusal, clear } = useSecurityAction();

  function ask(next: Doing) {
    clear();
    setNotice(null);
    setShown(null);
    setDoing(next);
  }

  function finish(told: string) {
    setDoing(null);
    setNotice(told);
  }

  function show(key: NewSecret, title: string) {
    setDoing(null);
    setShown({ ...key, title });
  }

  async function endPrevious(key: AskedKey) {
    setNotice(null);
    if ((await run(() => onEndPrevious({ id: key.id }))) === null) return;
    setNotice(`The old secret of “${key.name}” has ended.`);
  }

  return (
    <DeskContext value={{ ask, endPrevious, pending }}>
      {doing?.kind !== "create" && <Toolbar onCreate={() => ask({ kind: "create" })} />}
      <Outcome notice={notice} refusal={refusal} />
      {shown !== null && (
        <ShownSecret
          title={shown.title}
          about="Your server signs each call with it. Keep it out of browsers, apps and repositories."
          values={[
            { label: "Key ID", value: shown.id },
            { label: "Secret", value: shown.secret },
          ]}
          onDone={() => {
            setShown(null);
            setNotice("The key is ready to use.");
          }}
        />
      )}
      {doing?.kind === "create" && (
        <CreateKeyForm
          modes={modes}
          onCreate={onCreate}
          onCreated={(key) => show(key, "Your new API key")}
          onCancel={() => setDoing(null)}
        />
      )}
      {children}
      {doing?.kind === "rotate" && (
        <RotateKeyDialog
          target={doing.key}
          onRotate={onRotate}
          onRotated={(key) => show(key, `The new secret of “${doing.key.name}”`)}
          onClose={() => setDoing(null)}
        />
      )}
      {doing?.kind === "revoke" && (
        <RevokeKeyDialog
          target={doing.key}
          onRevoke={onRevoke}
          onRevoked={() => finish(`“${doing.key.name}” is revoked. Calls with it are refused.`)}
          onClose={() => setDoing(null)}
        />
      )}
    </DeskContext>
  );
}

function Toolbar({ onCreate }: { onCreate: () => void }) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <p className="max-w-prose text-sm text-muted-foreground">
        Your servers <GuideLink href="/docs/signing">sign their calls</GuideLink> with a key. Give each its own: then
        one can be revoked without the others.
      </p>
      <Button type="button" onClick={onCreate}>
        <KeyRound aria-hidden="true" />
        Create key
      </Button>
    </div>
  );
}

/** One row's buttons. `describedBy` names the cell that says which key it is. */
export function KeyButtons({ target, describedBy }: { target: AskedKey; describedBy: string }) {
  const { ask } = useContext(DeskContext);
  return (
    <span className="inline-flex gap-1.5">
      {(["rotate", "revoke"] as const).map((kind) => (
        <Button
          key={kind}
          type="button"
          variant="outline"
          size="sm"
          className="bg-card"
          aria-describedby={describedBy}
          onClick={() => ask({ kind, key: target })}
        >
          {kind === "rotate" ? "Rotate" : "Revoke"}
        </Button>
      ))}
    </span>
  );
}

/** Ends the grace of the secret before the newest. */
export function EndPreviousButton({ target, describedBy }: { target: AskedKey; describedBy: string }) {
  const { endPrevious, pending } = useContext(DeskContext);
  return (
    <ActionButton
      variant="outline"
      size="sm"
      className="bg-card"
      pending={pending}
      aria-describedby={describedBy}
      onClick={() => endPrevious(target)}
    >
      End old secret now
    </ActionButton>
  );
}
