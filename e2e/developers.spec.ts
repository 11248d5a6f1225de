import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { CARDS } from "./fixtures/cards";
import { givePasskey } from "./fixtures/passkey";
import { newReference, pay, problemCode, tokenise } from "./fixtures/shop";
import { signedClient } from "./fixtures/signed-client";
import { expect, test } from "./fixtures/test";

const rowOf = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true });

test("a key made by hand signs calls, and once it is revoked none", async ({ page, demo, ownerDatabase, signInAs }) => {
  const { email } = await signInAs("developer");
  await givePasskey(page, ownerDatabase, email);
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Developers" }).click();
  await expect(page.getByRole("tab")).toHaveText(["API keys", "Webhooks", "Requests", "Idempotency"]);
  const create = page.getByRole("button", { name: "Create key" });
  const name = newReference("key");
  await create.click();
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  const addresses = page.getByRole("textbox", { name: "Allowed addresses" });
  await addresses.fill("127.0.0.0/8\n10.0.0.300");
  await create.click();
  await expect(addresses).toHaveAccessibleDescription(/^Line 2: Write an address/);
  await expect(addresses).toBeFocused();
  await addresses.fill("127.0.0.0/8\n::1");
  await expect(page.getByRole("textbox", { name: "Name" }), "what was typed stays").toHaveValue(name);
  await create.dblclick();
  await page.getByRole("dialog", { name: "Confirm it's you" }).getByRole("button", { name: "Use a passkey" }).click();

  const shown = page.getByRole("region", { name: "Your new API key" });
  await expect(shown).toBeFocused();
  const [id = "", secret = ""] = await shown.locator("code").allTextContents();
  await expect(rowOf(page, name), "a double click makes one").toHaveCount(1);
  expect(await (await page.request.get("/developers")).text(), "shown once").not.toContain(secret);
  const api = signedClient(demo.url, { id, secret });
  expect((await api.call("GET", "/payments?limit=1")).status).toBe(200);

  await shown.getByRole("button", { name: "I have kept it" }).click();
  await rowOf(page, name).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByRole("main").getByRole("status").first()).toContainText(`“${name}” is revoked`);
  await expect(rowOf(page, name)).toContainText("Revoked");
  const refused = await api.call("GET", "/payments?limit=1");
  expect([refused.status, problemCode(refused)]).toEqual([401, "api_key_invalid"]);
});

test("an endpoint made by hand is told of an event, and told again when its server is well", async ({
  page,
  otherApi,
  signInAs,
}) => {
  let status = 500;
  const received: string[] = [];
  const server = createServer((request, response) => {
    received.push(`${request.headers["webhook-id"]}`);
    request.resume();
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${newReference("hook")}`;
  await signInAs("developer", "other");
  await page.goto("/developers");
  await tab(page, "API keys").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(tab(page, "Webhooks")).toHaveAttribute("aria-selected", "true");

  await page.getByRole("button", { name: "Add endpoint" }).click();
  await page.getByRole("textbox", { name: "URL" }).fill("http://169.254.169.254/");
  await page.getByRole("checkbox", { name: "card.created" }).check();
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("textbox", { name: "URL" })).toHaveAccessibleDescription(/private, local or reserved/);
  await page.getByRole("textbox", { name: "URL" }).fill(url);
  await page.getByRole("button", { name: "Create endpoint" }).click();
  await expect(page.getByRole("region", { name: "Your new webhook endpoint" }).locator("code").last()).toHaveText(
    /^whsec_/,
  );
  await page.getByRole("link", { name: url }).click();
  await expect(page.getByRole("heading", { name: url })).toBeVisible();
  await tokenise(otherApi, CARDS.approves);

  const delivery = rowOf(page, "card.created").first();
  await expect(async () => {
    await page.reload();
    await expect(delivery).toContainText(/Pending.*500.*\d+ ms/s, { timeout: 500 });
  }).toPass();
  status = 204;
  await delivery.getByRole("button", { name: "Retry" }).click();
  await expect(delivery).toContainText(/Delivered.*204.*\d+ ms/s);
  expect(new Set(received).size, "the same event each time").toBe(1);
  await delivery.locator("summary").click();
  await expect(page.getByRole("list", { name: "Attempts" }).getByRole("listitem").first()).toContainText("500");

  await page.getByRole("button", { name: "Delete endpoint" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete endpoint" }).click();
  await expect(page.getByRole("button", { name: "Add endpoint" })).toBeVisible();
  await expect(page.getByText(url)).toHaveCount(0);
  server.closeAllConnections();
  server.close();
});

test("a call is found in the log, and by its idempotency key what it made", async ({ page, api, signInAs }) => {
  const reference = newReference("looked-up");
  const { payment } = await pay(api, { reference });
  await signInAs("admin");
  await page.goto(`/developers?tab=idempotency&key=${reference}`);
  await expect(page.getByRole("main")).toContainText(/POST \/api\/v1\/payments.*201.*Replays\s*0/s);
  await expect(page.getByRole("link", { name: payment.id })).toHaveAttribute("href", `/transactions/${payment.id}`);

  await tab(page, "Requests").click();
  const search = page.getByRole("searchbox", { name: "Search" });
  await search.fill("/payments");
  await page.getByRole("combobox", { name: "Method" }).selectOption("POST");
  await search.press("Enter");
  await expect(page).toHaveURL(/tab=requests&q=%2Fpayments&method=POST$/);
  // Written some seconds after the answer.
  const found = page.locator("a").filter({ hasText: reference });
  await expect(async () => {
    await page.reload();
    await expect(found).toHaveCount(1, { timeout: 500 });
  }).toPass();
});
