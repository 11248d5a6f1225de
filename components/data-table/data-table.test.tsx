import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { Column } from "./column";
import { DataTable } from "./data-table";

type Row = Readonly<{ id: string; name: string; total: string }>;

const COLUMNS: Column<Row>[] = [
  { header: "Name", cell: ({ name }) => name, card: { line: 1, side: "whole" } },
  { header: "Total", cell: ({ total }) => total, align: "right", card: { line: 2, side: "right", labelled: true } },
  { header: "Revoke", headerHidden: true, cell: () => <button type="button">Revoke</button>, card: null },
];
const ROWS: Row[] = [
  { id: "a", name: "Ada", total: "1.00" },
  { id: "b", name: "Bob", total: "2.00" },
];

function drawn(turns: object = {}, rows = ROWS): string {
  return renderToStaticMarkup(
    <DataTable
      caption="People, newest first."
      columns={COLUMNS}
      rows={rows}
      keyOf={({ id }) => id}
      empty={<p>Nobody yet</p>}
      {...turns}
    />,
  );
}

const count = (html: string, part: string | RegExp) => html.split(part).length - 1;

describe("data-table", () => {
  it("is a table with a caption and a header for each column, also where it is not seen", () => {
    const html = drawn();
    expect(html).toMatch(/<caption[^>]*>People, newest first\.<\/caption>/);
    expect([...html.matchAll(/<th [^>]*scope="col"[^>]*>(.*?)<\/th>/g)].map(([, text]) => text)).toEqual([
      "Name",
      "Total",
      '<span class="sr-only">Revoke</span>',
    ]);
    expect(count(html, "<tr")).toBe(3);
    expect(html).not.toMatch(/<a |<details/);
  });

  it("a row with a page has one link in all, in its first cell", () => {
    const html = drawn({ hrefOf: ({ id }: Row) => `/people/${id}` });
    expect([...html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g)].map(([, ...said]) => said)).toEqual([
      ["/people/a", "Ada"],
      ["/people/b", "Bob"],
    ]);
  });

  it("a row that opens names what it opens, in the column that is said", () => {
    const html = drawn({ detailOf: ({ name }: Row) => `About ${name}`, opener: "Total" });
    expect(html).toMatch(/<summary [^>]*aria-controls="detail-a".*?1\.00<\/summary>/);
    expect(html).toMatch(/<tr [^>]*id="detail-a"[^>]*><td [^>]*colSpan="3"[^>]*>About Ada/);
    expect(count(html, "<summary")).toBe(2);
  });

  it("a label that a card shows is not said twice to the ear", () => {
    expect(drawn()).toMatch(/<span aria-hidden="true" [^>]*>Total<\/span>1\.00/);
  });

  it("without rows there are words in place of the table", () => {
    const html = drawn({}, []);
    expect(html).toContain("Nobody yet");
    expect(html).not.toContain("<table");
  });
});
