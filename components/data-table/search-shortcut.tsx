"use client";

import { useEffect } from "react";

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

/** The `/` key goes to the page's search field, unless something is being typed. */
export function SearchShortcut({ targetId }: { targetId: string }) {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const typing = event.target instanceof Element && event.target.closest(TYPING) !== null;
      if (event.key !== "/" || typing || event.metaKey || event.ctrlKey || event.altKey) return;
      const field = document.getElementById(targetId);
      if (!(field instanceof HTMLInputElement)) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [targetId]);
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute right-2.5 bottom-2 hidden h-5 items-center rounded border bg-muted px-1.5 font-mono text-[0.6875rem] text-muted-foreground lg:inline-flex"
    >
      /
    </span>
  );
}
