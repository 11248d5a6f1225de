import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type DatabaseClient } from "@/db/client";
import { factorAttempts, sessions, signInChallenges } from "@/db/schema";
import { type CuttableProxy, startCuttableProxy } from "@/db/testing/cuttable-proxy";
import { mapError } from "@/lib/boundary/map-error";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import { startSignIn } from "./start-sign-in";
import { createSignInWorld, ORIGIN, type SignInWorld, TEST_LIMITS, wrongCodeOf } from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

let world: SignInWorld;
let proxy: CuttableProxy;
/** The server's own pool, whose database can be stopped. */
let client: DatabaseClient;

beforeAll(async () => {
  world = await createSignInWorld();
  proxy = await startCuttableProxy(world.appUrl);
  client = connect(proxy.url, { poolSize: 5, statementTimeoutMs: 5000 });
});
afterAll(async () => {
  await client.close();
  await proxy.cut();
  await world.close();
});

const through = () => new TestBrowser({ ...world, client, sessions: postgresSessionStore(client.db, TEST_LIMITS) });

/** The HTTP status that it is answered with. */
async function statusOf(work: Promise<Response | object>): Promise<number> {
  try {
    const answer = await work;
    return answer instanceof Response ? answer.status : 200;
  } catch (thrown) {
    return mapError(thrown).status;
  }
}

describe("sign-in while the database is stopped", () => {
  it("sign-in.outage.password: a right password answers 503 and opens nothing", async () => {
    const user = await world.addUser();
    const start = () =>
      startSignIn(
        { client, ring: world.ring, limits: testLimits(client.db) },
        { email: user.email, password: user.password, origin: ORIGIN, deviceId: null },
      );
    const opened = () => world.owner.db.select().from(signInChallenges).where(eq(signInChallenges.userId, user.userId));
    await proxy.cut();
    expect(await statusOf(start())).toBe(503);
    expect(await opened()).toEqual([]);
    await proxy.mend();
    expect(await statusOf(start())).toBe(200);
    expect(await opened()).toHaveLength(1);
  });

  it("sign-in.outage.closing: what takes connections and closes them at once is an outage too, and no long wait", async () => {
    const user = await world.addUser();
    const closing = createServer((socket) => socket.end());
    closing.listen(0, "127.0.0.1");
    await once(closing, "listening");
    const url = new URL(world.appUrl);
    url.host = `127.0.0.1:${(closing.address() as AddressInfo).port}`;
    const nowhere = connect(url.href, { poolSize: 5, statementTimeoutMs: 5000 });
    const deps = { client: nowhere, ring: world.ring, limits: testLimits(nowhere.db) };
    const startedAt = performance.now();
    const start = startSignIn(deps, { email: user.email, password: user.password, origin: ORIGIN, deviceId: null });
    expect(await statusOf(start)).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await nowhere.close();
    closing.close();
  });

  it("sign-in.outage.midway: fifty wrong codes while the connections are cut leave a count that is no lower than what was answered", async () => {
    const user = await world.addUser();
    const browsers = Array.from({ length: 50 }, () => through());
    for (const browser of browsers) await browser.passPassword(user);
    let answered = 0;
    const answers = browsers.map(async (browser) => {
      const status = await statusOf(browser.sendCode(wrongCodeOf(user)));
      if (status === 401) answered += 1;
      return status;
    });
    while (answered < 5) await new Promise((resolve) => setImmediate(resolve));
    await proxy.cut();
    const statuses = await Promise.all(answers);
    await proxy.mend();
    expect(new Set(statuses).difference(new Set([401, 503]))).toEqual(new Set());
    expect(statuses).toContain(503);
    const [row] = await world.owner.db.select().from(factorAttempts).where(eq(factorAttempts.userId, user.userId));
    expect(row?.failures).toBe(3);
    expect(await world.owner.db.select().from(sessions).where(eq(sessions.userId, user.userId))).toEqual([]);
  });
});
