import type { Token, Tokens } from "marked";
import type { ReactNode } from "react";
import { CodeBlock } from "./code-block";

const LANGUAGES: Readonly<Record<string, string>> = {
  sh: "Shell",
  python: "Python",
  typescript: "TypeScript",
  json: "JSON",
  http: "HTTP",
  text: "Text",
};

type Props = Readonly<{ tokens: readonly Token[]; anchorOf: (heading: string) => string }>;

/**
 * Markdown as elements: nothing of it ever becomes HTML by itself, so that a guide cannot bring a script or a style along.
 * Throws for what the guides have no use for.
 */
export function Markdown({ tokens, anchorOf }: Props) {
  return tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that never changes while it is shown
    <Block key={index} token={token as Tokens.Generic} anchorOf={anchorOf} />
  ));
}

function Block({ token, anchorOf }: { token: Tokens.Generic; anchorOf: Props["anchorOf"] }): ReactNode {
  switch (token.type) {
    case "space":
      return null;
    case "heading":
      return <Heading depth={token.depth} id={anchorOf(token.text)} tokens={token.tokens ?? []} />;
    case "paragraph":
      return (
        <p className="my-3 leading-relaxed">
          <Inline tokens={token.tokens ?? []} />
        </p>
      );
    case "code":
      return <CodeBlock code={token.text} label={LANGUAGES[token.lang] ?? "Text"} />;
    case "list":
      return <List list={token as Tokens.List} anchorOf={anchorOf} />;
    case "table":
      return <Table table={token as Tokens.Table} />;
    case "text":
      return <Inline tokens={token.tokens ?? [token]} />;
    default:
      throw new Error(`the guides have no ${token.type}`);
  }
}

function Heading({ depth, id, tokens }: { depth: number; id: string; tokens: readonly Token[] }) {
  const Tag = depth <= 2 ? "h2" : "h3";
  const size = depth <= 2 ? "mt-10 mb-3 text-lg" : "mt-6 mb-2 text-base";
  return (
    <Tag id={id} className={`${size} scroll-mt-6 font-semibold tracking-[-0.01em]`}>
      <a href={`#${id}`} className="rounded hover:underline">
        <Inline tokens={tokens} />
      </a>
    </Tag>
  );
}

function List({ list, anchorOf }: { list: Tokens.List; anchorOf: Props["anchorOf"] }) {
  const Tag = list.ordered ? "ol" : "ul";
  return (
    <Tag className={`my-3 space-y-1.5 pl-6 leading-relaxed ${list.ordered ? "list-decimal" : "list-disc"}`}>
      {list.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text that never changes while it is shown
        <li key={index}>
          <Markdown tokens={item.tokens} anchorOf={anchorOf} />
        </li>
      ))}
    </Tag>
  );
}

function Table({ table }: { table: Tokens.Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <section tabIndex={0} aria-label="Table" className="scrollbar-thin my-4 overflow-x-auto rounded-lg border bg-card">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b">
            {table.header.map((cell) => (
              <th key={cell.text} scope="col" className="px-3 py-2 text-left font-medium">
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.map(({ text }) => text).join("|")} className="border-b last:border-0">
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a text that never changes while it is shown
                <td key={index} className="px-3 py-2 align-top">
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What stands in a line. */
export function Inline({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that never changes while it is shown
    <Span key={index} token={token as Tokens.Generic} />
  ));
}

function Span({ token }: { token: Tokens.Generic }): ReactNode {
  const inner = <Inline tokens={token.tokens ?? []} />;
  switch (token.type) {
    case "text":
      return token.tokens ? inner : token.text;
    case "escape":
      return token.text;
    case "codespan":
      return <code className="rounded bg-muted px-1 py-0.5 text-[0.875em] break-words">{token.text}</code>;
    case "strong":
      return <strong className="font-semibold">{inner}</strong>;
    case "em":
      return <em>{inner}</em>;
    case "link":
      return (
        <a href={token.href} className="rounded text-primary underline underline-offset-2">
          {inner}
        </a>
      );
    case "br":
      return <br />;
    default:
      throw new Error(`the guides have no ${token.type}`);
  }
}
