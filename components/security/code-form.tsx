"use client";

import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { ActionButton } from "./action-button";

type Props = {
  label: string;
  hint?: ReactNode;
  button: string;
  pending: boolean;
  invalid: boolean;
  /** Something was pressed to come here; false where the page begins with it. */
  focused?: boolean;
  onSubmit: (code: string) => void;
  onCancel: () => void;
  /** Further things to do, such as sending the code again. */
  children?: ReactNode;
};

/** Takes a six-digit code that proves a new factor. Nothing is sent by itself. */
export function CodeForm({
  label,
  hint,
  button,
  pending,
  invalid,
  focused = true,
  onSubmit,
  onCancel,
  children,
}: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // What was pressed to come here is gone; the next thing to do is this.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it comes
  useEffect(() => {
    if (focused) field.current?.focus();
  }, []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (field.current === null || pending) return;
    onSubmit(field.current.value);
    field.current.value = "";
  }

  return (
    <form method="post" onSubmit={submit} className="space-y-3">
      <div className="max-w-60 space-y-2">
        <Label htmlFor={id}>{label}</Label>
        <Input
          ref={field}
          id={id}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={32}
          aria-invalid={invalid || undefined}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          className="h-10 font-mono text-base tracking-[0.2em] md:text-base"
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
        {children}
        <Button type="button" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
