import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/layout/empty-state";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import { RevokeButton } from "./revoking";
import type { SessionView } from "./session-view";

type Props = { sessions: readonly SessionView[]; timeZone: string };

/** Live sessions first, then the ended ones with the reason. */
export function SessionsTable({ sessions, timeZone }: Props) {
  const hasEnded = sessions.some(isOver);
  return (
    <>
      <DataTable
        caption={`Your sessions, live ones first, then those that ended in the last 30 days. Times are in ${timeZone}.`}
        columns={columnsOf(timeZone)}
        rows={sessions}
        keyOf={({ id }) => id}
        isFaded={isOver}
        empty={<EmptyState title="No sessions">Reload the page: this one is missing.</EmptyState>}
      />
      {!hasEnded && (
        <p className="mt-4 text-sm text-muted-foreground">
          No session of yours has ended in the last 30 days. When one does, it stays here with the reason.
        </p>
      )}
    </>
  );
}

function isOver({ state }: SessionView): boolean {
  return state.kind === "ended";
}

function columnsOf(timeZone: string): Column<SessionView>[] {
  const labelled = (line: 2 | 3 | 4 | 5) => ({ line, side: "whole", labelled: true }) as const;
  return [
    {
      header: "Device",
      cell: (session) => (
        <span
          id={deviceId(session)}
          title={session.userAgent ?? undefined}
          className={isOver(session) ? "" : "font-medium"}
        >
          {session.device}
        </span>
      ),
      card: { line: 1, side: "left" },
    },
    {
      header: "Address",
      cell: ({ address }) => address ?? "Unknown",
      card: labelled(2),
      className: "font-mono text-xs",
    },
    { header: "Signed in with", cell: ({ method }) => method, card: labelled(3) },
    { header: "Since", cell: ({ since }) => <LocalTime at={since} timeZone={timeZone} />, card: labelled(4) },
    { header: "Last seen", cell: ({ lastSeen }) => <LocalTime at={lastSeen} timeZone={timeZone} />, card: labelled(5) },
    {
      header: "Status",
      cell: ({ state }) => <State state={state} timeZone={timeZone} />,
      card: { line: 6, side: "whole" },
      className: "whitespace-normal",
    },
    {
      header: "Revoke",
      headerHidden: true,
      cell: (session) =>
        (session.state.kind === "active" || session.state.kind === "held") && (
          <RevokeButton sessionId={session.id} describedBy={deviceId(session)} />
        ),
      align: "right",
      card: { line: 1, side: "right" },
    },
  ];
}

function deviceId({ id }: SessionView): string {
  return `device-${id}`;
}

function State({ state, timeZone }: Pick<SessionView, "state"> & { timeZone: string }) {
  if (state.kind === "current") return <Badge>This device</Badge>;
  if (state.kind === "active") return <Badge variant="outline">Active</Badge>;
  if (state.kind === "held") {
    return <Badge variant="outline">Waits for a proof: used from elsewhere</Badge>;
  }
  return (
    <>
      <span className="block text-foreground">{state.why}</span>
      <span className="block text-xs">
        <LocalTime at={state.at} timeZone={timeZone} />
      </span>
    </>
  );
}
