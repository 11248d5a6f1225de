"use client";

import { type FormEvent, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import type { Invalid } from "../answers";
import { Field } from "../form-parts";
import type { Replay } from "./webhook-answers";

type Props = {
  id: string;
  timeZone: string;
  onReplay: Replay;
  onReplayed: (told: string) => void;
  onClose: () => void;
};

const ENDS = [
  { name: "from", label: "From", hint: "Events of this moment are sent" },
  { name: "to", label: "Until", hint: "Events of this moment are not" },
] as const;

/** Which events are sent once more. */
export function ReplayDialog({ id, timeZone, onReplay, onReplayed, onClose }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [invalid, setInvalid] = useState<Invalid | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    const answer = await run(() => onReplay({ id, from: text("from"), to: text("to") }));
    setInvalid(answer?.kind === "invalid" ? answer : null);
    if (answer?.kind === "changed") onReplayed(answer.notice);
  }

  return (
    <Dialog
      title="Replay events"
      description={`Every event of a time that this endpoint wants is sent once more. Times in ${timeZone.replaceAll("_", " ")}.`}
      onClose={onClose}
    >
      {(close) => (
        <form method="post" noValidate onSubmit={submit} className="space-y-4 px-6 pt-4 pb-6">
          {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
          {ENDS.map(({ name, label, hint }) => {
            const error = invalid?.field === name && !pending ? invalid.message : undefined;
            return (
              <Field key={name} id={`replay-${name}`} label={label} hint={hint} error={error}>
                <Input
                  id={`replay-${name}`}
                  name={name}
                  type="datetime-local"
                  required
                  aria-invalid={error !== undefined || undefined}
                  aria-describedby={`replay-${name}-hint`}
                />
              </Field>
            );
          })}
          <div className="flex flex-col gap-2">
            <ActionButton type="submit" size="lg" pending={pending}>
              Replay
            </ActionButton>
            <Button type="button" variant="ghost" size="lg" onClick={close}>
              Cancel
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
