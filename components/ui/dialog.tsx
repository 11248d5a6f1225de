"use client";

import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { cn } from "./cn";

type Props = {
  title: string;
  description?: ReactNode;
  /** Closed by Escape, or by whoever calls `close`. The parent then takes the dialog away. */
  onClose: () => void;
  children: (close: () => void) => ReactNode;
  className?: string;
};

/**
 * A modal dialog, open as long as it is there. The browser's own element: it makes the page behind it inert, keeps the
 * focus in and gives it back, and needs no style element that the Content-Security-Policy would refuse.
 */
export function Dialog({ title, description, onClose, children, className }: Props) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);

  // Before it is taken away, so that the focus goes back to where it came from.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  function closed() {
    // React's strict mode closes and opens again at once; the event comes afterwards.
    if (!element.current?.open) onClose();
  }

  return (
    <dialog
      ref={element}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onClose={closed}
      className={cn(
        "m-auto w-[min(27rem,calc(100vw-2rem))] rounded-xl border bg-card p-0 text-card-foreground shadow-xl backdrop:bg-black/45 dark:backdrop:bg-black/65 motion-safe:transition-[opacity,transform] motion-safe:duration-150 motion-safe:starting:translate-y-1 motion-safe:starting:opacity-0",
        className,
      )}
    >
      <div className="px-6 pt-6">
        <h2 id={`${id}-title`} className="text-lg font-semibold tracking-[-0.01em]">
          {title}
        </h2>
        {description !== undefined && (
          <div id={`${id}-description`} className="mt-1.5 text-sm text-muted-foreground">
            {description}
          </div>
        )}
      </div>
      {children(() => element.current?.close())}
    </dialog>
  );
}
