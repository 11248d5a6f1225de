"use client";

import { useState } from "react";
import { Label } from "@/components/ui/label";
import { RevealingInput } from "./revealing-input";

type Props = {
  id: string;
  /** "Password" or "New password". */
  label: string;
  lengthMin: number;
  invalid?: boolean;
};

/**
 * A password to be chosen. It can be pasted and shown; the hint tells what is asked of it while it is typed, and the rest
 * (is it a common one?) is the server's to say. What was typed stays when the form is refused.
 */
export function NewPasswordField({ id, label, lengthMin, invalid = false }: Props) {
  const [password, setPassword] = useState("");
  return (
    <div className="space-y-2">
      <Label htmlFor={id}>{label}</Label>
      <RevealingInput
        id={id}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="new-password"
        aria-invalid={invalid || undefined}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className="text-xs text-muted-foreground">
        {hint([...password.normalize("NFKC")].length, lengthMin)}
      </p>
    </div>
  );
}

function hint(length: number, lengthMin: number): string {
  if (length === 0) return `At least ${lengthMin} characters. A few words that do not belong together work well.`;
  if (length < lengthMin) return `${lengthMin - length} more to go. Spaces count.`;
  return "Long enough. Common passwords and your own names are refused.";
}
