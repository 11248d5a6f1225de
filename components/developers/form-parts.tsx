import type { ReactNode } from "react";
import { Label } from "@/components/ui/label";

type FieldProps = { id: string; label: string; hint: string; error: string | undefined; children: ReactNode };

/** A field whose hint gives way to what is wrong with it, in the same place. The field's description is `${id}-hint`. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className="min-w-0 space-y-1.5 [&_[data-slot=native-select-wrapper]]:w-full">
      <Label htmlFor={id}>{label}</Label>
      {children}
      <Hint id={id} hint={hint} error={error} />
    </div>
  );
}

export function Hint({ id, hint, error }: Pick<FieldProps, "id" | "hint" | "error">) {
  return (
    <p id={`${id}-hint`} className={`min-h-4 text-xs ${error === undefined ? "text-muted-foreground" : "text-danger"}`}>
      {error ?? hint}
    </p>
  );
}

type CheckProps = { name: string; value: string; checked: boolean; about?: string; onChange: (on: boolean) => void };

/** One choice of several, by its name in the API. */
export function Check({ name, value, checked, about, onChange }: CheckProps) {
  return (
    <label className="flex min-w-0 items-start gap-2.5 rounded-md px-2 py-1.5 text-sm hover:bg-muted/60">
      <input
        type="checkbox"
        name={name}
        value={value}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="mt-0.5 size-4 shrink-0 accent-primary"
      />
      <span className="min-w-0">
        <span className="block font-mono text-[0.8125rem] break-words">{value}</span>
        {about !== undefined && <span className="block text-xs text-muted-foreground">{about}</span>}
      </span>
    </label>
  );
}
