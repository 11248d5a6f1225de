import type { FieldView } from "@/lib/openapi/reference";
import { CodeText } from "./code-text";

/** The fields of a body, a query or an object. */
export function FieldList({ title, fields, isSent }: { title: string; fields: readonly FieldView[]; isSent: boolean }) {
  if (fields.length === 0) return null;
  return (
    <section className="mt-4">
      <h4 className="mb-1 text-sm font-medium">{title}</h4>
      <dl className="divide-y rounded-lg border bg-card text-sm">
        {fields.map(({ name, type, object, isNeeded, description }) => (
          <div key={name} className="px-4 py-2">
            <dt className="flex flex-wrap items-baseline gap-x-2">
              <code className="font-medium break-all">{name}</code>
              <span className="text-xs break-words text-muted-foreground">
                {object === null ? type : <a href={`#${object}`}>{type}</a>}
              </span>
              {isSent && isNeeded && <span className="text-xs font-medium text-warning">required</span>}
            </dt>
            {description !== "" && (
              <dd className="mt-0.5 text-muted-foreground">
                <CodeText text={description} />
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}
