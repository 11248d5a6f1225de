import { CircleAlert, ShieldAlert, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { ChainCheck } from "./verify-chain";

type PanelProps = { tone: string; icon: ReactNode; title: string; children: ReactNode };

function Panel({ tone, icon, title, children }: PanelProps) {
  return (
    <div className={`flex gap-3 border-t px-5 py-4 text-sm ${tone}`}>
      <span className="mt-0.5 [&_svg]:size-4">{icon}</span>
      <div className="space-y-1">
        <p className="font-medium">{title}</p>
        <div className="max-w-prose space-y-1 text-foreground/80">{children}</div>
      </div>
    </div>
  );
}

/** Says what the check has proved, and what it cannot. */
export function ChainVerdictPanel({ check }: { check: ChainCheck }) {
  switch (check.kind) {
    case "verified":
      return (
        <Panel tone="bg-success-soft text-success" icon={<ShieldCheck aria-hidden="true" />} title="Chain verified">
          <p>
            {check.entries.toLocaleString("en")} {check.entries === 1 ? "entry" : "entries"} read. None was edited,
            removed from the middle or put in another order since it was sealed.
          </p>
          <p>
            It cannot prove that an entry told the truth when it was written, nor that the newest entries were not cut
            off by whoever owns the database.
          </p>
        </Panel>
      );
    case "broken":
      return (
        <Panel
          tone="bg-danger-soft text-danger"
          icon={<ShieldAlert aria-hidden="true" />}
          title={`Chain broken at ${check.sequence.toLocaleString("en")}`}
        >
          <p>
            {check.reason}
            {check.entryId !== null && (
              <>
                {" "}
                Entry <code className="font-mono text-xs break-all">{check.entryId}</code>.
              </>
            )}
          </p>
          <p>Keep the database as it is, export the trail, and tell whoever answers for security.</p>
        </Panel>
      );
    case "unavailable":
      return (
        <Panel
          tone="bg-warning-soft text-warning"
          icon={<CircleAlert aria-hidden="true" />}
          title="The check did not finish"
        >
          <p>Nothing was proved either way. {check.message}</p>
        </Panel>
      );
  }
}
