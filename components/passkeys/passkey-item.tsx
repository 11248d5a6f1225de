"use client";

import { KeyRound } from "lucide-react";
import { LocalTime } from "@/components/payments/local-time";
import { Button } from "@/components/ui/button";
import { NameForm } from "./name-form";

export type ShownPasskey = Readonly<{
  id: string;
  name: string;
  synced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}>;

type Props = {
  passkey: ShownPasskey;
  timeZone: string;
  pending: boolean;
  renaming: boolean;
  onRename: () => void;
  onName: (name: string) => void;
  onRemove: () => void;
  onCancel: () => void;
};

export function PasskeyItem({ passkey, timeZone, pending, renaming, onRename, onName, onRemove, onCancel }: Props) {
  const { name, synced, createdAt, lastUsedAt } = passkey;
  if (renaming) {
    return (
      <li className="p-4">
        <NameForm
          label="New name"
          button="Save name"
          name={name}
          pending={pending}
          onSubmit={onName}
          onCancel={onCancel}
        />
      </li>
    );
  }
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-56 items-start gap-3">
        <KeyRound aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
        <div className="min-w-0 space-y-0.5">
          <p className="text-sm font-medium break-words">{name}</p>
          <p className="text-xs text-muted-foreground">
            {synced ? "Synced between your devices" : "On one device"} · added{" "}
            <LocalTime at={createdAt} timeZone={timeZone} />
          </p>
          <p className="text-xs text-muted-foreground">
            {lastUsedAt === null ? (
              "Not used yet"
            ) : (
              <>
                Last used <LocalTime at={lastUsedAt} timeZone={timeZone} />
              </>
            )}
          </p>
        </div>
      </div>
      <div className="-mx-2.5 flex gap-1">
        <Button
          type="button"
          variant="ghost"
          size="sm"
          aria-disabled={pending || undefined}
          onClick={() => pending || onRename()}
        >
          Rename<span className="sr-only"> {name}</span>
        </Button>
        <Button
          type="button"
          variant="ghost"
          size="sm"
          aria-disabled={pending || undefined}
          onClick={() => pending || onRemove()}
        >
          Remove<span className="sr-only"> {name}</span>
        </Button>
      </div>
    </li>
  );
}
