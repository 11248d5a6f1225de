"use client";

import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "@/components/ui/button";

type Props = Omit<ComponentProps<typeof Button>, "children"> & { pending: boolean; icon?: ReactNode; children: string };

/** While it works it keeps its size, its name and its place in the tab order, and does not act a second time. */
export function ActionButton({ pending, icon, children, onClick, type = "button", ...props }: Props) {
  return (
    <Button
      type={type}
      aria-disabled={pending || undefined}
      {...props}
      onClick={(event) => {
        if (pending) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {pending ? <LoaderCircle aria-hidden="true" className="animate-spin" /> : icon}
      {children}
    </Button>
  );
}
