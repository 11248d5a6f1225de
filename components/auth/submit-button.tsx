"use client";

import { LoaderCircle } from "lucide-react";
import { Button } from "@/components/ui/button";

type Props = { children: string; pending: boolean; disabled?: boolean };

/** While it works it keeps its size, its name and its place in the tab order, and does not act a second time. */
export function SubmitButton({ children, pending, disabled = false }: Props) {
  return (
    <Button
      type="submit"
      size="lg"
      className="relative w-full aria-disabled:opacity-80"
      disabled={disabled}
      aria-disabled={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault();
      }}
    >
      {pending && <LoaderCircle aria-hidden="true" className="absolute left-4 animate-spin" />}
      {children}
      <span role="status" className="sr-only">
        {pending ? "Working…" : ""}
      </span>
    </Button>
  );
}
