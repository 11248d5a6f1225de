import type { Reference } from "@/lib/openapi/reference";
import { CodeText } from "./code-text";
import { FieldList } from "./field-list";
import { Operation } from "./operation";

/** Every call and every object of the API on one page, so that the browser's own search finds all of it. */
export function ApiReference({ reference, anchorOf }: { reference: Reference; anchorOf: (name: string) => string }) {
  return (
    <>
      {reference.groups.map(({ name, operations }) => (
        <section key={name} aria-labelledby={anchorOf(name)} className="mt-12">
          <h2 id={anchorOf(name)} className="mb-4 scroll-mt-6 text-xl font-semibold tracking-[-0.015em]">
            {name}
          </h2>
          {operations.map((operation) => (
            <Operation key={operation.id} operation={operation} />
          ))}
        </section>
      ))}
      <section aria-labelledby="objects" className="mt-12">
        <h2 id="objects" className="mb-4 scroll-mt-6 text-xl font-semibold tracking-[-0.015em]">
          Objects
        </h2>
        {reference.objects.map(({ name, description, fields }) => (
          <section key={name} aria-labelledby={name} className="border-t py-6">
            <h3 id={name} className="scroll-mt-6 text-base font-semibold">
              {name}
            </h3>
            {description !== null && (
              <p className="mt-1">
                <CodeText text={description} />
              </p>
            )}
            <FieldList title="Fields" fields={fields} isSent={false} />
          </section>
        ))}
      </section>
    </>
  );
}
