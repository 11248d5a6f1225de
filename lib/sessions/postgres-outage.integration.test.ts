import { connect as connectSocket, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
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

/** The way to Postgres, which can be cut: then nobody listens there. */
async function cuttable(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connectSocket(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => [client, upstream].map((each) => each.destroy()));
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return {
    url: through.href,
    cut: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
    close: () => server.close(),
  };
}

describe("sessions in Postgres, when it is away", () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await createSignInWorld();
  });
  afterAll(() => world.close());

  it("session.store-away: sign-in and pages answer 503, nobody is in; started again, counters stand", async () => {
    const user = await world.addUser();
    const way = await cuttable(world.appUrl);
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
    await waiting.sendCode(codeOf(user, 1));
    expect(waiting.sessionToken).toBeUndefined();
    await client.close();
    way.close();
  });
});
