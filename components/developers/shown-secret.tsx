"use client";

import { useEffect, useRef } from "react";
import { CopyButton } from "@/components/security/copy-button";
import { Button } from "@/components/ui/button";

type Props = {
  /** What it is: the section's name. */
  title: string;
  /** What to do with it. */
  about: string;
  values: readonly Readonly<{ label: string; value: string }>[];
  onDone: () => void;
};

/** A secret, this once: it is in no address and no page, and a reload does not bring it back. */
export function ShownSecret({ title, about, values, onDone }: Props) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section
      ref={box}
      aria-label={title}
      tabIndex={-1}
      className="mb-4 space-y-4 rounded-lg border border-primary/40 bg-card p-5"
    >
      <div className="space-y-1">
        <h2 className="text-sm font-semibold">{title}</h2>
        <p className="text-sm">Keep the secret now. It is not shown again.</p>
        <p className="max-w-prose text-sm text-muted-foreground">{about}</p>
      </div>
      <dl className="space-y-3">
        {values.map(({ label, value }) => (
          <div key={label}>
            <dt className="text-xs text-muted-foreground">{label}</dt>
            <dd className="mt-1 flex flex-wrap items-center gap-2">
              <code className="min-w-0 rounded bg-muted px-2 py-1 font-mono text-[0.8125rem] break-all select-all">
                {value}
              </code>
              <CopyButton text={value} label={`Copy ${label.toLowerCase()}`} />
            </dd>
          </div>
        ))}
      </dl>
      <Button type="button" onClick={onDone}>
        I have kept it
      </Button>
    </section>
  );
}
