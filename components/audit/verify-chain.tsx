"use client";

import { LoaderCircle, ShieldCheck } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import type { ChainVerdict } from "@/lib/audit/audit-view";
import { ChainVerdictPanel } from "./chain-verdict-panel";

export type ChainCheck = ChainVerdict | { kind: "unavailable"; message: string };

/** Button and panel. The status region is there from the start, because a reader only announces changes in one it knows. */
export function VerifyChain({ onVerify }: { onVerify: () => Promise<ChainCheck> }) {
  const [check, setCheck] = useState<ChainCheck | null>(null);
  const [pending, startTransition] = useTransition();

  function verify() {
    if (pending) return;
    startTransition(async () => {
      try {
        setCheck(await onVerify());
      } catch {
        setCheck({ kind: "unavailable", message: "Check your connection, then verify again." });
      }
    });
  }

  return (
    <div className="mb-4 rounded-lg border bg-card">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-5 py-3.5">
        <p className="max-w-prose text-sm text-muted-foreground">
          Each entry is sealed with a hash of the one before it. Verifying reads the whole chain again.
        </p>
        <Button variant="outline" onClick={verify} aria-disabled={pending || undefined} className="bg-card">
          {pending ? (
            <LoaderCircle aria-hidden="true" className="animate-spin" />
          ) : (
            <ShieldCheck aria-hidden="true" className="text-primary" />
          )}
          Verify chain
        </Button>
      </div>
      <div role="status" aria-busy={pending}>
        {pending ? (
          <p className="border-t px-5 py-3.5 text-sm text-muted-foreground">Reading every entry…</p>
        ) : (
          check !== null && <ChainVerdictPanel check={check} />
        )}
      </div>
    </div>
  );
}
