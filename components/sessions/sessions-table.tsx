import { Table, TableBody, TableCaption, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { SessionRow } from "./session-row";
import type { SessionView } from "./session-view";

type Props = { sessions: readonly SessionView[]; timeZone: string };

/** Live sessions first, then the ended ones with the reason. Where seven columns do not fit, rows become cards. */
export function SessionsTable({ sessions, timeZone }: Props) {
  const hasEnded = sessions.some(({ state }) => state.kind === "ended");
  return (
    <>
      <div className="@container overflow-hidden rounded-lg border bg-card">
        <Table className="@max-4xl:block">
          <TableCaption className="sr-only">
            Your sessions, live ones first, then those that ended in the last 30 days. Times are in {timeZone}.
          </TableCaption>
          <TableHeader className="bg-muted/50 @max-4xl:sr-only">
            <TableRow className="hover:bg-transparent [&>th]:h-9 [&>th]:text-xs [&>th]:font-medium [&>th]:text-muted-foreground">
              <TableHead scope="col" className="pl-4">
                Device
              </TableHead>
              <TableHead scope="col">Address</TableHead>
              <TableHead scope="col">Signed in with</TableHead>
              <TableHead scope="col">Since</TableHead>
              <TableHead scope="col">Last seen</TableHead>
              <TableHead scope="col">Status</TableHead>
              <TableHead scope="col" className="pr-4 text-right">
                <span className="sr-only">Revoke</span>
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody className="@max-4xl:block">
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} timeZone={timeZone} />
            ))}
          </TableBody>
        </Table>
      </div>
      {!hasEnded && (
        <p className="mt-4 text-sm text-muted-foreground">
          No session of yours has ended in the last 30 days. When one does, it stays here with the reason.
        </p>
      )}
    </>
  );
}
