import { marked } from "marked";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { anchorOf, GUIDES, readGuide } from "@/lib/guides/guides";
import { Markdown } from "./markdown";

const html = (text: string) => renderToStaticMarkup(<Markdown tokens={marked.lexer(text)} anchorOf={anchorOf} />);

describe("guides.rendered", () => {
  it.each(GUIDES.map(({ slug }) => slug))("%s: all of it, and no style of its own", (slug) => {
    const { tokens } = readGuide(slug, "https://pay.example");
    const rendered = renderToStaticMarkup(<Markdown tokens={tokens} anchorOf={anchorOf} />);
    expect(rendered).toContain("</p>");
    expect(rendered).not.toMatch(/style=|<script|undefined|\[object/);
  });

  it("text and code come out as they are written", () => {
    expect(html("A `<b>` & **bold** it's")).toContain("&lt;b&gt;</code> &amp; <strong");
    expect(html("```sh\na < b && c\n```")).toContain("a &lt; b &amp;&amp; c");
  });

  // The attack: a guide that brings HTML along.
  it("HTML in a guide is refused", () => {
    expect(() => html("<script>alert(1)</script>")).toThrow(/no html/);
    expect(() => html("a <b>word</b>")).toThrow(/no html/);
  });
});
