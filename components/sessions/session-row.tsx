import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import { TableCell, TableRow } from "@/components/ui/table";
import { RevokeButton } from "./revoking";
import type { SessionView } from "./session-view";

type Props = { session: SessionView; timeZone: string };

const CELL = "@max-4xl:col-span-2 @max-4xl:flex @max-4xl:justify-between @max-4xl:gap-4 @max-4xl:p-0";

export function SessionRow({ session, timeZone }: Props) {
  const { id, device, userAgent, address, method, since, lastSeen, state } = session;
  const isOver = state.kind === "ended";
  const deviceId = `device-${id}`;
  return (
    <TableRow
      className={cn(
        "@max-4xl:grid @max-4xl:grid-cols-[minmax(0,1fr)_auto] @max-4xl:gap-x-4 @max-4xl:gap-y-1 @max-4xl:px-4 @max-4xl:py-3",
        isOver && "text-muted-foreground",
      )}
    >
      <TableCell className="py-3 pl-4 @max-4xl:p-0">
        <span id={deviceId} title={userAgent ?? undefined} className={cn("font-medium", isOver && "font-normal")}>
          {device}
        </span>
      </TableCell>
      <TableCell className={cn(CELL, "font-mono text-xs @max-4xl:row-start-2")}>
        <Label>Address</Label>
        {address ?? "Unknown"}
      </TableCell>
      <TableCell className={cn(CELL, "@max-4xl:row-start-3")}>
        <Label>Signed in with</Label>
        {method}
      </TableCell>
      <TableCell className={cn(CELL, "@max-4xl:row-start-4")}>
        <Label>Since</Label>
        <LocalTime at={since} timeZone={timeZone} />
      </TableCell>
      <TableCell className={cn(CELL, "@max-4xl:row-start-5")}>
        <Label>Last seen</Label>
        <LocalTime at={lastSeen} timeZone={timeZone} />
      </TableCell>
      <TableCell className="whitespace-normal @max-4xl:col-span-2 @max-4xl:row-start-6 @max-4xl:p-0">
        <State state={state} timeZone={timeZone} />
      </TableCell>
      <TableCell className="pr-4 text-right @max-4xl:col-start-2 @max-4xl:row-start-1 @max-4xl:p-0">
        {(state.kind === "active" || state.kind === "held") && <RevokeButton sessionId={id} describedBy={deviceId} />}
      </TableCell>
    </TableRow>
  );
}

/** On narrow screens, where the column's head is not seen. A screen reader has the head. */
function Label({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="hidden font-sans text-sm text-muted-foreground @max-4xl:inline">
      {children}
    </span>
  );
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
