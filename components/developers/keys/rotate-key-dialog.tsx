"use client";

import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import type { Grace, NewSecret, RotateKey } from "../answers";
import { Field } from "../form-parts";
import type { AskedKey } from "./managing-keys";

const GRACES = [
  { value: "none", label: "Not at all: it ends at once" },
  { value: "hour", label: "1 hour" },
  { value: "day", label: "24 hours" },
  { value: "week", label: "7 days" },
] as const satisfies readonly { value: Grace; label: string }[];

type Props = { target: AskedKey; onRotate: RotateKey; onRotated: (key: NewSecret) => void; onClose: () => void };

export function RotateKeyDialog({ target, onRotate, onRotated, onClose }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [grace, setGrace] = useState<Grace>("day");

  async function rotate() {
    const answer = await run(() => onRotate({ id: target.id, grace }));
    if (answer !== null) onRotated(answer);
  }

  return (
    <Dialog
      title="Rotate this key?"
      description={`“${target.name}” gets a new secret. Its id stays.`}
      onClose={onClose}
    >
      {(close) => (
        <div className="space-y-4 px-6 pt-4 pb-6 text-sm">
          {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
          <Field
            id="grace"
            label="The old secret works for"
            hint="Time to bring the new one to every server"
            error={undefined}
          >
            <NativeSelect
              id="grace"
              value={grace}
              aria-describedby="grace-hint"
              onChange={(event) =>
                setGrace(GRACES.find(({ value }) => value === event.currentTarget.value)?.value ?? grace)
              }
            >
              {GRACES.map(({ value, label }) => (
                <NativeSelectOption key={value} value={value}>
                  {label}
                </NativeSelectOption>
              ))}
            </NativeSelect>
          </Field>
          <div className="flex flex-col gap-2">
            <ActionButton size="lg" pending={pending} onClick={rotate}>
              Rotate key
            </ActionButton>
            <Button type="button" variant="ghost" size="lg" onClick={close}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
