import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marked, type Token, type Tokens } from "marked";

/** The guides of `/docs`, in the order of reading; each is `docs/guides/<slug>.md`. */
export const GUIDES = [
  { slug: "quick-start", title: "Quick start" },
  { slug: "signing", title: "Signing" },
  { slug: "idempotency", title: "Idempotency" },
  { slug: "errors", title: "Errors" },
  { slug: "limits", title: "Rate limits" },
  { slug: "webhooks", title: "Events and webhooks" },
  { slug: "test-cards", title: "Test cards" },
  { slug: "going-live", title: "Going live" },
] as const;

export type GuideSlug = (typeof GUIDES)[number]["slug"];

export type Guide = Readonly<{ title: string; tokens: readonly Token[] }>;

/** The address that the guides are written for; a page shows this server's own instead. */
export const WRITTEN_FOR = "http://localhost:3000";

export function isGuide(slug: unknown): slug is GuideSlug {
  return GUIDES.some((guide) => guide.slug === slug);
}

/** A guide, parsed; its first heading is its title. `serverUrl` stands wherever the text names the server. */
export function readGuide(slug: GuideSlug, serverUrl: string): Guide {
  const tokens = marked.lexer(guideText(slug).replaceAll(WRITTEN_FOR, serverUrl));
  const [first, ...rest] = tokens.filter(({ type }) => type !== "space");
  if (first?.type !== "heading") throw new Error(`the guide ${slug} does not begin with its title`);
  return { title: (first as Tokens.Heading).text, tokens: rest };
}

export function guideText(slug: GuideSlug): string {
  return readFileSync(join(process.cwd(), "docs/guides", `${slug}.md`), "utf8");
}

/** What a heading is called in an address: of an error's code, the code itself. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
