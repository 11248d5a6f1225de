"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Input } from "@/components/ui/input";

/** A password's field, with a button that shows what was typed. */
export function RevealingInput({ id, ...props }: Omit<ComponentProps<typeof Input>, "type"> & { id: string }) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input
        {...props}
        id={id}
        name="password"
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
        required
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
  );
}
