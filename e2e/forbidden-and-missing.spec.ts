import type { Request } from "@playwright/test";
import type { Demo } from "./fixtures/demo";
import { SESSION_COOKIE } from "./fixtures/people";
import { expect, test } from "./fixtures/test";

const PAGES = [
  ...["/", "/transactions", `/transactions/pay_${"0".repeat(26)}`, "/audit"],
  ...["/customers", `/customers/cus_${"0".repeat(26)}`, "/cards", "/developers"],
];

test.describe("missing", () => {
  test.use({ expectedConsole: /status of 404/ });

  test("a payment that never was is a 404 page with a way on", async ({ page, signInAs }) => {
    await signInAs("operator");
    for (const id of [`pay_${"0".repeat(26)}`, "pay_1", "..%2f..%2faudit", "%00"]) {
      const answer = await page.goto(`/transactions/${id}`);
      expect(answer?.status(), id).toBe(404);
      await expect(page.getByRole("main")).toContainText(/404.*does not exist/s);
    }
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Transactions" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  });
});

test.describe("forbidden", () => {
  test.use({ expectedConsole: /status of 403/ });

  test("a page that the role may not open is a 403 page, and is not in the menu", async ({ page, signInAs }) => {
    await signInAs("operator");
    for (const path of ["/audit", "/developers"]) {
      expect((await page.goto(path))?.status(), path).toBe(403);
      await expect(page.getByRole("main")).toContainText(/403.*Your role may not open this page/s);
    }
    await page.goto("/");
    const menu = page.getByRole("navigation", { name: "Main" });
    await expect(menu.getByRole("link", { name: "Transactions" })).toBeVisible();
    await expect(menu.getByRole("link", { name: "Audit" })).toBeHidden();
    await expect(menu.getByRole("link", { name: "Developers" })).toBeHidden();
  });
});

// The attack: headers that once made servers skip their checks, and cookies that are nearly right.
test("session.required: without a live session every page leads to sign-in, and nothing is downloaded", async ({
  demo,
  signInAs,
}) => {
  const { token } = await signInAs("owner");
  const visit = (path: string, headers: Record<string, string>) =>
    fetch(new URL(path, demo.url), { headers, redirect: "manual" });
  const withCookie = (value: string) => ({ cookie: `${SESSION_COOKIE}=${value}` });
  expect((await visit("/transactions", withCookie(token))).status).toBe(200);
  expect((await visit("/transactions/export?status=failed", withCookie(token))).status).toBe(200);

  const flipped = token.startsWith("A") ? "B" : "A";
  const strangers: Record<string, Record<string, string>> = {
    "signed out": {},
    "cut cookie": withCookie(token.slice(0, -1)),
    "changed cookie": withCookie(flipped + token.slice(1)),
    "doubled cookie": withCookie(token + token),
    "empty cookie": withCookie(""),
    "x-middleware-subrequest": { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    "another host's forwarding": { "x-forwarded-host": "evil.example", "x-forwarded-for": "127.0.0.1" },
  };
  for (const [who, headers] of Object.entries(strangers)) {
    for (const path of PAGES) {
      const answer = await visit(path, headers);
      expect(answer.status, `${who} at ${path}`).toBe(307);
      expect(answer.headers.get("location"), `${who} at ${path}`).toMatch(/^\/login/);
    }
    const download = await visit("/transactions/export", headers);
    expect(download.status, `${who} downloads`).toBe(401);
    expect(download.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("api.signature-required: without a signature every API route answers 401", async ({ demo }) => {
  const routes = [
    ["GET", "/payments"],
    ["GET", `/payments/pay_${"0".repeat(26)}`],
    ["POST", "/payments"],
    ["POST", "/cards"],
    ["GET", `/cards/tok_${"0".repeat(26)}`],
    ["DELETE", `/cards/tok_${"0".repeat(26)}`],
    ["POST", "/customers"],
    ["GET", "/customers?email=a@example.com"],
    ["PATCH", `/customers/cus_${"0".repeat(26)}`],
    ["DELETE", `/customers/cus_${"0".repeat(26)}`],
  ] as const;
  for (const [method, path] of routes) {
    const answer = await fetch(new URL(`/api/v1${path}`, demo.url), {
      method,
      ...(method === "POST" && { body: "{}" }),
    });
    expect(answer.status, `${method} ${path}`).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "signature_missing", status: 401 });
  }
});

// The attack: a page of another site sends a signed-in visitor's browser to an action of ours.
test("actions.own-origin: a server action sent from another origin, or none, does nothing", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email, token } = await signInAs("viewer");
  const verifications = () =>
    ownerDatabase`
      select 1 from audit_entries
       where action = 'audit.verified' and actor_id = (select id from users where email = ${email})`;
  await page.goto("/audit");
  const sent = page.waitForRequest((request) => request.headers()["next-action"] !== undefined);
  await page.getByRole("button", { name: "Verify chain" }).click();
  await expect(page.getByRole("main").getByRole("status")).toContainText("Chain verified");
  const request = await sent;
  expect(await verifications()).toHaveLength(1);

  for (const origin of ["https://evil.example", "null", null]) {
    const answer = await sendAgain(demo, request, token, origin);
    expect(await answer.text(), `from ${origin}`).not.toContain("verified");
  }
  expect(await verifications()).toHaveLength(1);
  // The same bytes with our own origin act: it was the origin that was refused.
  expect((await sendAgain(demo, request, token, demo.url)).status).toBe(200);
  expect(await verifications()).toHaveLength(2);
});

function sendAgain(demo: Demo, request: Request, token: string, origin: string | null): Promise<Response> {
  const { "next-action": action = "", "content-type": type = "" } = request.headers();
  return fetch(new URL("/audit", demo.url), {
    method: "POST",
    headers: {
      "next-action": action,
      "content-type": type,
      cookie: `${SESSION_COOKIE}=${token}`,
      ...(origin === null ? {} : { origin }),
    },
    body: request.postData(),
    redirect: "manual",
  });
}

test("every page and answer carries the security headers, and each page a nonce of its own", async ({ demo }) => {
  const nonces = new Set<string>();
  const pages = ["/login", "/login", "/transactions", "/no-such-page"];
  for (const path of [...pages, "/api/health", "/api/v1/payments", "/transactions/export"]) {
    const { headers } = await fetch(new URL(path, demo.url), { redirect: "manual" });
    expect(headers.get("strict-transport-security"), path).toMatch(/max-age=(\d{8,})/);
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("referrer-policy"), path).toBe("strict-origin-when-cross-origin");
    expect(headers.get("cross-origin-opener-policy"), path).toBe("same-origin");
    expect(headers.get("x-powered-by"), path).toBeNull();
    if (!pages.includes(path)) continue;
    const policy = headers.get("content-security-policy") ?? "";
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
    expect(scripts, path).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).toMatch(/base-uri 'none'/);
    nonces.add(/'nonce-([A-Za-z0-9+/=]{22,})'/.exec(scripts)?.[1] ?? "none");
  }
  expect(nonces.size).toBe(pages.length);
  expect(nonces).not.toContain("none");
});
