import { readFile } from "node:fs/promises";
import { parseCsv } from "./fixtures/csv";
import { newReference, pay } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";

test("Export CSV is exactly the list on the screen, and is audited", async ({ page, signInAs }) => {
  const { email } = await signInAs("viewer");
  // Nothing is added to days gone by: the list stands still while it is read.
  const to = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/transactions?currency=INR&status=failed&to=${to}`);
  const links = page.getByRole("table").getByRole("link");
  const older = page.getByRole("link", { name: "Older" });
  const newest = await idsOf();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const file = await download;

  const shown = [...newest];
  while (await older.isVisible()) {
    await older.click();
    await expect(links.first()).not.toHaveAttribute("href", new RegExp(`${shown.at(-newest.length)}$`));
    shown.push(...(await idsOf()));
  }
  expect(shown.length).toBeGreaterThan(newest.length);

  expect(file.suggestedFilename()).toMatch(/^transactions-\d{4}-\d\d-\d\d\.csv$/);
  const [header, ...rows] = parseCsv(await readFile(await file.path(), "utf8"));
  expect(header).toContain("reference");
  expect(rows.map(([id]) => id)).toEqual(shown);
  expect(new Set(rows.flatMap(([, , status, , , , currency]) => [status, currency]))).toEqual(
    new Set(["failed", "INR"]),
  );

  await page.goto(`/audit?actor=${email}&action=payments.exported`);
  const entry = page.getByRole("table").getByRole("row").filter({ hasText: "payments.exported" });
  await expect(entry).toHaveCount(1);
  await expect(entry).toContainText(email);

  async function idsOf(): Promise<string[]> {
    const hrefs = await links.evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute("href") ?? ""));
    return hrefs.map((href) => href.replace("/transactions/", ""));
  }
});

// The attack: a payer's text that the merchant's spreadsheet would run.
test("export.formula-safe: a cell that begins like a formula is text", async ({ page, api, signInAs }) => {
  const reference = newReference("=1+1");
  const description = '@SUM("A1", 2)';
  await pay(api, { reference, description });
  await signInAs("admin");
  const csv = await page.request.get(`/transactions/export?q=${encodeURIComponent(reference)}`);
  expect(csv.headers()).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": expect.stringMatching(/^attachment; filename="[\w.-]+"$/),
  });
  const [header = [], ...rows] = parseCsv(await csv.text());
  const cells = rows.map((row) => [row[header.indexOf("reference")], row[header.indexOf("description")]]);
  expect(cells).toEqual([[`'${reference}`, `'${description}`]]);
});

test("export.permission: a developer has no button and gets no file", async ({ page, signInAs }) => {
  await signInAs("developer");
  await page.goto("/transactions");
  await expect(page.getByRole("table")).toBeVisible();
  await expect(page.getByRole("button", { name: "Export CSV" })).toBeHidden();
  expect((await page.request.get("/transactions/export")).status()).toBe(403);
});
