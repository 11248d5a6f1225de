import type { ComponentProps } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { TerminalField } from "@/lib/dashboard-forms/terminal-fields";

type Props = Omit<ComponentProps<typeof Input>, "name" | "id"> & {
  name: TerminalField;
  label: string;
  hint: string;
  error: string | undefined;
};

/** A field whose hint gives way to what is wrong with it, in the same place: nothing moves. */
export function TerminalInput({ name, label, hint, error, className, ...input }: Props) {
  return (
    <div className="min-w-0 space-y-1.5">
      <Label htmlFor={`payment-${name}`}>{label}</Label>
      <Input
        id={`payment-${name}`}
        name={name}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={`payment-${name}-hint`}
        // The card is a customer's: a browser must neither fill in its user's own nor offer to keep this one.
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        className={`h-11 md:text-base ${className ?? ""}`}
        {...input}
      />
      <FieldHint name={name} hint={hint} error={error} />
    </div>
  );
}

export function FieldHint({ name, hint, error }: Pick<Props, "name" | "hint" | "error">) {
  return (
    <p
      id={`payment-${name}-hint`}
      className={`min-h-4 text-xs ${error === undefined ? "text-muted-foreground" : "text-danger"}`}
    >
      {error ?? hint}
    </p>
  );
}
