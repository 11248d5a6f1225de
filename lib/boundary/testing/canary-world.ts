// First: it sets up what Next.js looks for once.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { authCookies } from "@/lib/auth/auth-cookies";
import { APP_URL, addUser, ORIGIN, passPassword, TEST_LIMITS, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { newTerminalForm } from "@/lib/dashboard-forms/take-terminal-payment";
import type { MerchantId } from "@/lib/ids/id";
import { logger } from "@/lib/logging/logger";
import type { PaymentWorld, TestApiKey } from "@/lib/payments/testing/payment-world";
import { requestLog } from "@/lib/request-log/request-log";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import { createDeliverer } from "@/lib/webhooks/deliverer";
import { DISPATCH_BATCH, dispatchEvents } from "@/lib/webhooks/dispatch";
import { addEndpoint } from "@/lib/webhooks/manage-endpoints";
import { startReceiver } from "@/lib/webhooks/testing/receiver";
import { startSandbox } from "@/sandbox/testing/start-sandbox";
import { inRequest } from "./action-desk";
import { openApiDesk } from "./api-desk";
import { CALLBACK_SECRET } from "./callback-desk";

const WIDE = "9999/60";
const names = authCookies(APP_URL);

export type CanaryWorld = Awaited<ReturnType<typeof openCanaryWorld>>;
export type Person = Awaited<ReturnType<CanaryWorld["person"]>>;

/** API, dashboard, acquirer and a merchant's own server, on one database. */
export async function openCanaryWorld() {
  const folder = mkdtempSync(join(tmpdir(), "canaries-"));
  const heard = join(folder, "acquirer.jsonl");
  const sandbox = await startSandbox({ requestLog: heard });
  const receiver = await startReceiver();
  const limits = ["CREATE_PAYMENT", "REFUND", "TOKENIZE", "GET_TRANSACTION", "OTHER", "AUTH_FAILURES", "SIGN_IN"];
  const desk = await openApiDesk(sandbox.url, {
    APP_URL,
    SANDBOX_CALLBACK_SECRET: CALLBACK_SECRET,
    WEBHOOK_ALLOW_PRIVATE: "true",
    ...Object.fromEntries(limits.map((name) => [`RATE_LIMIT_${name}`, WIDE])),
  });
  const { world } = desk;
  const { client, owner, ring } = world;
  let calls = 0;
  return {
    desk,
    world,
    receiver,
    /** All that the acquirer was sent. */
    acquirerHeard: () => readHeard(heard),
    /** Lets a merchant be called by API, and told of everything. */
    open: async (merchantId: MerchantId): Promise<TestApiKey> => {
      await transact(client, { ...systemContext("test"), merchantId }, (tx) =>
        addEndpoint(tx, ring, { merchantId, mode: "test" }, { url: receiver.url, events: ["*"] }),
      );
      return world.addApiKey(merchantId);
    },
    person: (held = false) => signIn(world, held),
    /** A form of the terminal that nobody has sent yet. */
    form: ({ user: { userId, merchantId } }: { user: Pick<TestUser, "userId" | "merchantId"> }) => {
      const scope = { merchantId, mode: "test" } as const;
      return newTerminalForm({ services: world.services(), scope, holder: { merchantId, userId } });
    },
    /** As the browser of somebody, from an address of its own each time. */
    browse: <Result>(headers: Readonly<Record<string, string>>, act: () => Promise<Result>) => {
      calls += 1;
      const address = `198.51.${(calls >> 8) % 256}.${calls % 256}`;
      return inRequest({ "x-countinghouse-client-address": address, ...headers }, act);
    },
    /** So that nothing is refused for being much. */
    forgetLimits: async () => {
      await owner.db.execute(sql`truncate rate_limit_subjects, rate_limit_hits`);
    },
    settle: () => settle(world),
    close: async () => {
      await sandbox.stop();
      receiver.stop();
      await desk.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An owner of a merchant who is signed in, and has given their password once more in the same browser. */
async function signIn({ client, owner, ring, tamper }: PaymentWorld, held: boolean) {
  const user = await addUser(owner, ring);
  const { userId, merchantId } = user;
  const sessions = postgresSessionStore(client.db, TEST_LIMITS);
  const context = { actor: { type: "user", id: userId }, merchantId, ...ORIGIN } as const;
  const from = { ip: ORIGIN.ip, userAgent: ORIGIN.userAgent };
  const made = { userId, merchantId, ...from, deviceId: null, method: "totp", replacesToken: null } as const;
  const { token } = await transact(client, context, (tx) => sessions.create(tx, made));
  if (held) await tamper(sql`update sessions set held_at = now() where user_id = ${userId}`);
  const challenge = await passPassword(client.db, userId);
  return { user, cookie: `${names.session.name}=${token}; ${names.challenge.name}=${challenge}` };
}

/** Hands on, sends and writes what is waiting. */
async function settle({ client, ring }: PaymentWorld): Promise<void> {
  while (await requestLog().flush(client));
  while ((await dispatchEvents(client)) === DISPATCH_BATCH);
  const deliverer = createDeliverer({ client, ring: async () => ring, logger, allowPrivate: true, appUrl: APP_URL });
  do await deliverer.stop(20_000);
  while (await deliverer.turn());
}

const heardRequest = z.object({ url: z.string(), headers: z.record(z.string(), z.unknown()).optional() });

function readHeard(path: string) {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.flatMap((text) => {
    const { url, headers } = heardRequest.parse(JSON.parse(text));
    return headers === undefined ? [] : [{ url, requestId: headers["x-request-id"], text }];
  });
}
