"use client";

import { type FormEvent, useEffect, useId, useRef } from "react";
import { ActionButton } from "@/components/security/action-button";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

type Props = {
  label: string;
  hint?: string;
  button: string;
  pending: boolean;
  /** The present name; the field then has to have one. */
  name?: string;
  onSubmit: (name: string) => void;
  onCancel: () => void;
};

export function NameForm({ label, hint, button, pending, name, onSubmit, onCancel }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // What was pressed to come here is gone; the next thing to do is this.
  useEffect(() => field.current?.select(), []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (field.current !== null && !pending) onSubmit(field.current.value);
  }

  return (
    <form method="post" onSubmit={submit} className="space-y-3">
      <div className="max-w-80 space-y-2">
        <Label htmlFor={id}>{label}</Label>
        <Input
          ref={field}
          id={id}
          name="name"
          autoComplete="off"
          maxLength={64}
          required={name !== undefined}
          defaultValue={name}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          className="h-10"
        />
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <ActionButton type="submit" pending={pending}>
          {button}
        </ActionButton>
        <Button type="button" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
