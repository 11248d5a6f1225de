import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { GET, POST } from "@/app/api/cron/work/route";
import { transact } from "@/db/transact";
import type { MerchantId, PaymentId } from "@/lib/ids/id";
import { setLogLevel } from "@/lib/logging/logger";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import { createPayment } from "@/lib/payments/create-payment";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { addEndpoint } from "@/lib/webhooks/manage-endpoints";
import { type Receiver, startReceiver } from "@/lib/webhooks/testing/receiver";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

const SECRET = "a secret that a schedule knows, 0123456789".replaceAll(" ", "-");
/** Charges, then never answers. */
const CHARGED_IN_SILENCE = "4000000000009011";
const ADDRESS = "waiting.person@example.com";

let sandbox: Sandbox;
let desk: ApiDesk;
let receiver: Receiver;
let merchantId: MerchantId;
let outbox: string;
const folder = mkdtempSync(join(tmpdir(), "countinghouse-cron-"));

beforeAll(async () => {
  outbox = join(folder, "outbox");
  setLogLevel("error");
  [sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
  desk = await openApiDesk(sandbox.url, {
    ...{ CRON_SECRET: SECRET, WEBHOOK_ALLOW_PRIVATE: "true", OUTBOX_FILE: outbox, WORKER: "off" },
    GATEWAY_TIMEOUT_MS: "1000",
  });
});
afterAll(async () => {
  await desk.close();
  receiver.stop();
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

let keys = 0;

/** Something of each kind that waits: a payment of unknown outcome, an event for an endpoint, a mail, entries of the trail. */
beforeEach(async () => {
  const { world } = desk;
  keys += 1;
  receiver.received.length = 0;
  merchantId = await world.addMerchant();
  const context = contextOf(merchantId);
  await transact(world.client, context, async (tx) => {
    const scope = { merchantId, mode: "test" } as const;
    await addEndpoint(tx, world.ring, scope, { url: `${receiver.url}/hooks`, events: ["payment.captured"] });
    const mail = {
      kind: "sign_in_code",
      channel: "email",
      to: ADDRESS,
      subject: "Your code",
      text: `code ${keys}`,
    } as const;
    await enqueueMessage(tx, world.ring, { ...mail, merchantId, expiresInSeconds: 300 });
  });
});

async function pendingPayment(): Promise<PaymentId> {
  const { world } = desk;
  const body = { amount: "1234.56", currency: "INR", card: await world.addCard(merchantId, CHARGED_IN_SILENCE) };
  const { request, order } = world.call(merchantId, `cron-${keys}`, body);
  const answer = await createPayment(world.services({ gatewayTimeoutMs: 200 }), contextOf(merchantId), request, order);
  const { id, status } = JSON.parse(answer.body) as { id: PaymentId; status: string };
  expect(status).toBe("pending");
  await world.tamper(sql`update payments set created_at = now() - interval '1 minute' where id = ${id}`);
  return id;
}

async function call(authorization: string | null, handler = GET) {
  const headers = new Headers(authorization === null ? {} : { authorization });
  const request = new Request("http://127.0.0.1:3000/api/cron/work", {
    method: handler === GET ? "GET" : "POST",
    headers,
  });
  const response = await handler(request, { params: Promise.resolve({}) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const ALL_DONE = {
  payments: "done",
  webhooks: "done",
  messages: "done",
  sessions: "done",
  audit: "done",
  sweep: "done",
};
const mails = () =>
  readFileSync(outbox, "utf8")
    .split("\n")
    .filter((line) => line.includes(`"code ${keys}"`));
async function state(id: PaymentId) {
  const [row] = await desk.world.owner.db.execute(sql`
    select (select status from payments where id = ${id}) as payment,
           (select string_agg(state, ' ') from webhook_deliveries join webhook_endpoints w on w.id = endpoint_id
             where w.merchant_id = ${merchantId}) as deliveries,
           (select count(*)::int from audit_entries e where not exists (select from audit_chain c where c.entry_id = e.id)) as unsealed`);
  return row;
}
const WORKED_OFF = { payment: "captured", deliveries: "delivered", unsealed: 0 };

describe("cron.work: what waits is worked off where no process lives for long", () => {
  it("one round asks about the payment, tells the endpoint of it, sends the mail and seals the trail", async () => {
    const id = await pendingPayment();
    expect(await call(`Bearer ${SECRET}`)).toEqual({ status: 200, body: { work: ALL_DONE } });
    expect(await state(id)).toEqual(WORKED_OFF);
    expect(receiver.received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: "payment.captured", data: { id } },
    ]);
    expect(mails()).toHaveLength(1);
  });

  it("cron.work.concurrent: five rounds at once do nothing twice", async () => {
    const id = await pendingPayment();
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(`Bearer ${SECRET}`, POST)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    // A round that found another's work under way may have ended before it.
    await call(`Bearer ${SECRET}`);
    expect(await state(id)).toEqual(WORKED_OFF);
    expect(receiver.received).toHaveLength(1);
    expect(mails()).toHaveLength(1);
  });

  it("cron.work.failure: a part that fails is named, and holds up no other", async () => {
    await desk.world.owner.db.execute(sql`alter table outgoing_messages rename to outgoing_messages_away`);
    const { status, body } = await call(`Bearer ${SECRET}`).finally(() =>
      desk.world.owner.db.execute(sql`alter table outgoing_messages_away rename to outgoing_messages`),
    );
    expect(status).toBe(503);
    expect(body).toMatchObject({ work: { messages: "failed", payments: "done", webhooks: "done", audit: "done" } });
  });
});

describe("cron.secret: the attack is somebody who found the address", () => {
  const WRONG = [
    null,
    "",
    SECRET,
    "Bearer",
    "Bearer ",
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(1)}`,
    `Basic ${SECRET}`,
  ];

  it.each(WRONG)("%s is 401, and nothing is done", async (authorization) => {
    expect(await call(authorization)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    const [row] = await desk.world.owner.db.execute(
      sql`select count(*)::int as waiting from outgoing_messages where merchant_id = ${merchantId} and sent_at is null`,
    );
    expect(row).toEqual({ waiting: 1 });
  });

  it("without CRON_SECRET there is no such page, whatever is sent", async () => {
    vi.resetModules();
    vi.stubEnv("CRON_SECRET", "");
    const { GET: closed } = await import("@/app/api/cron/work/route");
    for (const authorization of [null, "Bearer ", "Bearer undefined", `Bearer ${SECRET}`]) {
      expect(await call(authorization, closed)).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });
});
