import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/layout/empty-state";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import type { ApiKeyView } from "@/lib/api-keys/api-key-store";
import { Facts } from "../facts";
import { EndPreviousButton, KeyButtons } from "./managing-keys";
import { permissionSummary } from "./permission-words";

type Props = { keys: readonly ApiKeyView[]; timeZone: string };

/** Those that can be used first. Each opens to what it may do. */
export function KeysTable({ keys, timeZone }: Props) {
  return (
    <DataTable
      caption={`API keys: those in force first, then those that have ended. Times are in ${timeZone}.`}
      columns={columnsOf(timeZone)}
      rows={keys}
      keyOf={({ id }) => id}
      isFaded={({ state }) => state !== "active"}
      detailOf={(key) => <KeyDetail apiKey={key} timeZone={timeZone} />}
      empty={<EmptyState title="No API keys yet">Create one: your server signs its calls with it.</EmptyState>}
    />
  );
}

const STATES = { active: "Active", expired: "Expired", revoked: "Revoked" } as const;

function columnsOf(timeZone: string): Column<ApiKeyView>[] {
  const labelled = (line: 3 | 4 | 5) => ({ line, side: "whole", labelled: true }) as const;
  return [
    {
      header: "Key",
      cell: ({ id, name }) => (
        <span className="min-w-0">
          <span id={`name-${id}`} className="block truncate font-medium">
            {name}
          </span>
          <span className="mt-0.5 block truncate font-mono text-xs text-muted-foreground">{id}</span>
        </span>
      ),
      card: { line: 1, side: "whole" },
      className: "max-w-0 @4xl:w-[30%]",
    },
    {
      header: "Status",
      cell: ({ state, previousSecretUntil }) => (
        <span className="inline-flex flex-wrap gap-1.5">
          <Badge variant={state === "active" ? "outline" : "secondary"}>{STATES[state]}</Badge>
          {previousSecretUntil !== null && state === "active" && <Badge variant="secondary">Two secrets</Badge>}
        </span>
      ),
      card: { line: 2, side: "left" },
    },
    { header: "Permissions", cell: ({ permissions }) => permissionSummary(permissions), card: labelled(3) },
    {
      header: "Last used",
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? (
          <span className="text-muted-foreground">Never</span>
        ) : (
          <LocalTime at={lastUsedAt} timeZone={timeZone} />
        ),
      card: labelled(4),
    },
    {
      header: "Expires",
      cell: ({ expiresAt }) =>
        expiresAt === null ? (
          <span className="text-muted-foreground">Never</span>
        ) : (
          <LocalTime at={expiresAt} timeZone={timeZone} />
        ),
      card: labelled(5),
    },
    {
      header: "Actions",
      headerHidden: true,
      cell: ({ id, name, state }) =>
        state === "active" && <KeyButtons target={{ id, name }} describedBy={`name-${id}`} />,
      align: "right",
      card: { line: 2, side: "right" },
    },
  ];
}

function KeyDetail({ apiKey, timeZone }: { apiKey: ApiKeyView; timeZone: string }) {
  const { id, name, state, mode, permissions, ipAllowList, createdAt, revokedAt, previousSecretUntil } = apiKey;
  const rotating = state === "active" && previousSecretUntil !== null;
  return (
    <div className="space-y-4">
      <Facts
        facts={[
          { label: "May", value: permissions.join(" ") },
          { label: "From", value: ipAllowList?.join(" ") ?? "any address" },
          { label: "Mode", value: mode },
          { label: "Key ID", value: id },
          { label: "Created", value: <LocalTime at={createdAt} timeZone={timeZone} /> },
          { label: "Revoked", value: revokedAt && <LocalTime at={revokedAt} timeZone={timeZone} /> },
          {
            label: "Old secret works until",
            value: rotating && <LocalTime at={previousSecretUntil} timeZone={timeZone} />,
          },
        ]}
      />
      {rotating && <EndPreviousButton target={{ id, name }} describedBy={`name-${id}`} />}
    </div>
  );
}
