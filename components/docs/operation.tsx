import type { OperationView } from "@/lib/openapi/reference";
import { CodeBlock } from "./code-block";
import { CodeText } from "./code-text";
import { FieldList } from "./field-list";

/** One call of the API. */
export function Operation({ operation }: { operation: OperationView }) {
  const { id, method, path, summary, description, query, body, example, answers } = operation;
  return (
    <section aria-labelledby={id} className="border-t py-8">
      <h3 id={id} className="scroll-mt-6 text-base font-semibold tracking-[-0.01em]">
        <a href={`#${id}`} className="rounded hover:underline">
          {summary}
        </a>
      </h3>
      <p className="mt-2 flex flex-wrap items-baseline gap-x-2 text-sm">
        <code className="font-semibold text-primary">{method}</code>
        <code className="break-all">/api/v1{path}</code>
      </p>
      {description !== null && (
        <p className="mt-2 leading-relaxed">
          <CodeText text={description} />
        </p>
      )}
      <Needs operation={operation} />
      <FieldList title="Query" fields={query} isSent />
      <FieldList title="Body" fields={body} isSent />
      {example !== null && <CodeBlock code={example} label="Body, for example" />}
      <h4 className="mt-4 mb-1 text-sm font-medium">Answers</h4>
      <ul className="space-y-1 text-sm">
        {answers.map((answer) => (
          <li key={answer.status}>
            <code className="font-medium">{answer.status}</code>{" "}
            {answer.object !== null && (
              <a
                href={`#${answer.object.replace(/List$/, "")}`}
                className="rounded text-primary underline underline-offset-2"
              >
                {answer.object}
              </a>
            )}{" "}
            <span className="text-muted-foreground">
              <CodeText text={answer.description} />
            </span>
          </li>
        ))}
      </ul>
      <Refusals operation={operation} />
    </section>
  );
}

function Needs({ operation: { permission, policy, idempotency } }: { operation: OperationView }) {
  return (
    <p className="mt-2 text-sm text-muted-foreground">
      Permission <code>{permission}</code> ·{" "}
      <a href="/docs/limits" className="underline underline-offset-2">
        limit
      </a>{" "}
      <code>{policy}</code>
      {idempotency !== null && (
        <>
          {" "}
          ·{" "}
          <a href="/docs/idempotency" className="underline underline-offset-2">
            Idempotency-Key
          </a>{" "}
          {idempotency}
        </>
      )}
    </p>
  );
}

function Refusals({ operation: { refusals } }: { operation: OperationView }) {
  return (
    <details className="mt-3 text-sm">
      <summary className="w-fit rounded text-muted-foreground hover:text-foreground">Errors</summary>
      <ul className="mt-2 space-y-1">
        {refusals.map(({ status, codes }) => (
          <li key={status} className="flex gap-3">
            <code className="font-medium">{status}</code>
            <span className="flex min-w-0 flex-wrap gap-x-3">
              {codes.map((code) => (
                <a key={code} href={`/docs/errors#${code}`} className="rounded break-all underline underline-offset-2">
                  <code>{code}</code>
                </a>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
