"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

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
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="space-y-2">
      <Label htmlFor={id}>{label}</Label>
      <div className="relative">
        <Input
          id={id}
          name="password"
          type={shown ? "text" : "password"}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
          autoCapitalize="none"
          spellCheck={false}
          required
          aria-invalid={invalid || undefined}
          aria-describedby={`${id}-hint`}
          className="h-10 pr-11"
        />
        <button
          type="button"
          aria-label={shown ? "Hide characters" : "Show characters"}
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 grid w-9 place-items-center rounded text-muted-foreground hover:text-foreground"
        >
          <Icon aria-hidden="true" className="size-4" />
        </button>
      </div>
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
