import { request } from "node:http";
import { readLink } from "./fixtures/outbox";
import { givePassword } from "./fixtures/people";
import { expect, test } from "./fixtures/test";

/** node:http and not fetch, which lets nobody choose the host's name. */
function statusUnder(host: string, url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path: "/outbox", headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", reject);
    call.end();
  });
}

// The attack (DNS rebinding): a page of another site, whose name is made to lead to this machine, reads the codes.
test("outbox.own-host: it is there under the demo's own name and under no other", async ({ demo }) => {
  const { host, port } = new URL(demo.url);
  expect(await statusUnder(host, demo.url)).toBe(200);
  for (const other of ["evil.example", `evil.example:${port}`, `${host}.evil.example`]) {
    expect(await statusUnder(other, demo.url), other).toBe(404);
  }
});

test("the outbox shows what was sent to somebody who waits for it", async ({ page, ownerDatabase, signInAs }) => {
  const { email } = await signInAs("viewer");
  await givePassword(ownerDatabase, email);
  await page.goto("/recover");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send a link" }).click();
  const link = await readLink(page.context(), email, /set a new password/);
  await page.goto("/outbox");
  const message = page.getByRole("article").filter({ hasText: email });
  await expect(message).toContainText(/set a new password/);
  await expect(message.getByRole("link")).toHaveAttribute("href", link);
});
