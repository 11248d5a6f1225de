import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { startCuttableProxy } from "@/db/testing/cuttable-proxy";
import {
  codeOf,
  createSignInWorld,
  type SignInWorld,
  TEST_LIMITS,
  wrongCodeOf,
} from "@/lib/auth/testing/sign-in-world";
import { TestBrowser } from "@/lib/auth/testing/test-browser";
import { mapError } from "@/lib/boundary/map-error";
import { postgresSessionStore } from "./postgres-session-store";

describe("sessions in Postgres, when it is away", () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await createSignInWorld();
  });
  afterAll(() => world.close());

  it("session.store-away: sign-in and pages answer 503, nobody is in; started again, counters stand", async () => {
    const user = await world.addUser();
    const way = await startCuttableProxy(world.appUrl);
    const client = connect(way.url, { poolSize: 4, statementTimeoutMs: 3000 });
    const sessions = postgresSessionStore(client.db, TEST_LIMITS);
    const onServer = { ...world, client, sessions };
    const browserWith = async () => {
      const browser = new TestBrowser(onServer, undefined, client);
      await browser.passPassword(user);
      return browser;
    };
    const signedIn = await browserWith();
    await signedIn.sendCode(codeOf(user));
    const waiting = await browserWith();
    for (let tries = 0; tries < 2; tries += 1) await waiting.sendCode(wrongCodeOf(user));

    await way.cut();
    const failed = await waiting.sendCode(codeOf(user, 1)).catch((thrown: unknown) => mapError(thrown));
    expect(failed.status).toBe(503);
    expect(waiting.sessionToken).toBeUndefined();
    const page = await sessions.resolve(signedIn.sessionToken ?? "").catch((thrown: unknown) => mapError(thrown));
    expect(page).toMatchObject({ status: 503, retryAfterSeconds: 2 });
    // A cookie that could not be checked is kept: its owner is let in again afterwards.
    expect(signedIn.sessionToken).toBeDefined();

    await way.mend();
    expect(await sessions.resolve(signedIn.sessionToken ?? "")).toMatchObject({ user: { id: user.userId } });
    // Two tries were counted before. The third wrong one locks, and then the right code is not looked at.
    await waiting.sendCode(wrongCodeOf(user));
    const another = await browserWith();
    await another.sendCode(codeOf(user, 1));
    expect([waiting.sessionToken, another.sessionToken]).toEqual([undefined, undefined]);
    await client.close();
    await way.cut();
  });
});
