import { Fragment } from "react";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { type ValueChange, valueChanges } from "./value-changes";

const MARKS: Record<ValueChange["kind"], { sign: string; word: string; row: string }> = {
  added: { sign: "+", word: "Added", row: "bg-success-soft" },
  removed: { sign: "−", word: "Removed", row: "bg-danger-soft" },
  changed: { sign: "≠", word: "Changed", row: "bg-warning-soft" },
  same: { sign: "", word: "Unchanged", row: "text-muted-foreground" },
};

const CELL = "px-3 py-1.5 align-top font-mono text-xs leading-5";

function Value({ value }: { value: string | null }) {
  if (value !== null) return value;
  return <span className="sr-only">Not there</span>;
}

/** Snake case breaks at its underscores, not in the middle of a word. */
function FieldName({ name }: { name: string }) {
  return name.split("_").map((part, index, parts) => (
    <Fragment key={parts.slice(0, index + 1).join("_")}>
      {part}
      {index < parts.length - 1 && (
        <>
          _<wbr />
        </>
      )}
    </Fragment>
  ));
}

/** Old beside new. A changed key carries a sign and a word, not only a colour. */
export function ValueDiff({ oldValues, newValues }: Pick<AuditEntryView, "oldValues" | "newValues">) {
  const changes = valueChanges(oldValues, newValues);
  if (changes.length === 0) {
    return <p className="text-sm text-muted-foreground">This entry changed no values.</p>;
  }
  return (
    <div className="overflow-hidden rounded-md border bg-card">
      <table className="w-full table-fixed text-left">
        <caption className="sr-only">Values before and after</caption>
        <thead className="border-b bg-muted/50 text-xs text-muted-foreground">
          <tr>
            <th scope="col" className="w-8 px-0 py-1.5">
              <span className="sr-only">Change</span>
            </th>
            <th scope="col" className="w-[26%] py-1.5 pr-3 font-medium">
              Field
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Before
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {changes.map(({ key, before, after, kind }) => (
            <tr key={key} className={MARKS[kind].row}>
              <td className="py-1.5 text-center align-top font-mono text-xs leading-5">
                <span aria-hidden="true">{MARKS[kind].sign}</span>
                <span className="sr-only">{MARKS[kind].word}</span>
              </td>
              <th scope="row" className={`${CELL} pl-0 font-medium wrap-anywhere`}>
                <FieldName name={key} />
              </th>
              <td className={`${CELL} break-all whitespace-pre-wrap`}>
                <Value value={before} />
              </td>
              <td className={`${CELL} break-all whitespace-pre-wrap`}>
                <Value value={after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
