import { type CuttableProxy, startCuttableProxy } from "../db/testing/cuttable-proxy";
import { tracesIn } from "../scripts/card-traces/card-traces";
import { startRedis } from "../scripts/redis/start-redis";
import { CARD_SECRETS } from "./fixtures/cards";
import { SESSION_COOKIE } from "./fixtures/people";
import { startSecondServer } from "./fixtures/second-server";
import { newReference } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";
import { TerminalPage } from "./pages/terminal-page";

const SIGNED_IN = ["/", "/sessions", "/security", "/audit", "/transactions"];

async function statusOf(url: string, path: string, token: string): Promise<string> {
  const headers = { cookie: `${SESSION_COOKIE}=${token}` };
  const answer = await fetch(new URL(path, url), { headers, redirect: "manual" });
  return `${path} ${answer.status} ${answer.headers.get("retry-after") ?? "-"}`;
}

// The attack: an outage, in which something lets in whom it could not ask about, or tells them that it crashed.
test("store-away.pages: with Postgres cut every page answers 503 with Retry-After; back again, the same cookie is in", async ({
  demo,
  signInAs,
  browser,
}) => {
  test.setTimeout(120_000);
  const { token } = await signInAs("owner");
  const way: CuttableProxy = await startCuttableProxy(demo.databaseUrl);
  const { url, stop } = await startSecondServer(demo, { environment: { DATABASE_URL: way.url } });
  try {
    const all = () => Promise.all([...SIGNED_IN, "/login"].map((path) => statusOf(url, path, token)));
    const well = [...SIGNED_IN.map((path) => `${path} 200 -`), "/login 307 -"];
    expect(await all()).toEqual(well);

    await way.cut();
    expect(await all()).toEqual([...SIGNED_IN, "/login"].map((path) => `${path} 503 2`));
    const context = await browser.newContext();
    await context.addCookies([{ name: SESSION_COOKIE, value: token, url }]);
    const page = await context.newPage();
    expect((await page.goto(new URL("/sessions", url).href))?.status()).toBe(503);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("We cannot answer right now");
    await context.close();

    await way.mend();
    expect(await all()).toEqual(well);
  } finally {
    await stop();
    await way.cut().catch(() => undefined);
  }
});

test("store-away.pages.redis: Redis is told nothing of a card; with it stopped every page that asks for a session answers 503", async ({
  page,
  demo,
  secondOwner,
}) => {
  test.setTimeout(120_000);
  const redis = await startRedis();
  const told = await redis.listen();
  const environment = { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token };
  const { url, stop } = await startSecondServer(demo, { environment });
  try {
    const paths = [...SIGNED_IN, "/login"];
    const all = () => Promise.all(paths.map((path) => statusOf(url, path, "A".repeat(43))));
    expect((await all()).map((line) => line.split(" ")[1])).toEqual([...SIGNED_IN.map(() => "307"), "200"]);
    await page.goto(new URL("/login?callbackUrl=/payments/new", url).href);
    await new SignInPages(page).signIn(secondOwner);
    const terminal = new TerminalPage(page);
    await terminal.open(new URL("/payments/new", url).href);
    await terminal.fill({ reference: newReference("redis") });
    await terminal.take.click();
    await expect(terminal.outcome).toContainText("Payment captured");
    expect(told(), "the session is there").toMatch(/countinghouse/);
    expect(tracesIn(told(), CARD_SECRETS)).toEqual([]);

    await page.goto("about:blank"); // what it would still fetch is not asked for any more
    await redis.kill();
    expect(await all()).toEqual(paths.map((path) => `${path} 503 2`));
  } finally {
    await stop();
    await redis.stop();
  }
});
