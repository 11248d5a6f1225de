"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";

/** Copies a text. It says so for as long as the text stands there, or that the browser would not. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const Icon = state === "copied" ? Check : Copy;

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("failed");
    }
  }

  return (
    <>
      <Button type="button" variant="outline" size="sm" onClick={copy}>
        <Icon aria-hidden="true" />
        {label}
      </Button>
      <span role="status" className="text-xs text-muted-foreground">
        {state === "copied" && "Copied."}
        {state === "failed" && "Your browser did not allow it. Select the text and copy it."}
      </span>
    </>
  );
}
