import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { and, eq, like, ne } from "drizzle-orm";
import { POST } from "@/app/api/gateway/sandbox/route";
import { auditEntries, events, gatewayCallbacks, payments } from "@/db/schema";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import type { MerchantId, PaymentId } from "@/lib/ids/id";
import { createPayment } from "@/lib/payments/create-payment";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { startSandbox } from "@/sandbox/testing/start-sandbox";
import { openApiDesk } from "./api-desk";

export const CALLBACK_SECRET = "a secret of the tests, shared by two companies";
const ADDRESS = "http://127.0.0.1:3000/api/gateway/sandbox";

export type Told = Readonly<{ status: number; code: string | null }>;
export type CallbackDesk = Awaited<ReturnType<typeof openCallbackDesk>>;

/** Where the acquirer calls back: the route itself, behind a server of the test's. */
async function startAddress() {
  const answers: Told[] = [];
  let isOpen = true;
  const server = createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray()).toString();
    const signature = String(incoming.headers["x-sandbox-signature"]);
    const told = isOpen ? await tell(body, signature) : { status: 503, code: null };
    answers.push(told);
    outgoing.writeHead(told.status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/api/gateway/sandbox`,
    answers,
    /** As a server that is away: what comes meanwhile comes again. */
    open: (open: boolean) => {
      isOpen = open;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Calls the route as Next.js does. */
export async function tell(body: string, signature: string | null): Promise<Told> {
  const headers = new Headers({ "content-type": "application/json", "x-countinghouse-client-address": "192.0.2.9" });
  if (signature !== null) headers.set("x-sandbox-signature", signature);
  const response = await POST(new Request(ADDRESS, { method: "POST", headers, body }), { params: Promise.resolve({}) });
  const answer = (await response.json()) as { code?: string };
  return { status: response.status, code: answer.code ?? null };
}

export function sign(body: string, secret = CALLBACK_SECRET, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}

/** An acquirer that calls back to this process's own route, with a database and a merchant behind it. */
export async function openCallbackDesk() {
  const address = await startAddress();
  const sandbox = await startSandbox({ callback: { url: address.url, secret: CALLBACK_SECRET } });
  const desk = await openApiDesk(sandbox.url, { SANDBOX_CALLBACK_SECRET: CALLBACK_SECRET });
  const { world } = desk;
  const merchantId = await world.addMerchant();
  let keys = 0;

  async function pay(number: string, changes: Readonly<Record<string, unknown>> = {}, timeoutMs = 400) {
    keys += 1;
    const body = { amount: "1234.56", currency: "INR", card: await world.addCard(merchantId, number), ...changes };
    const { request, order } = world.call(merchantId, `callback-${keys}`, body);
    const services = world.services({ gatewayTimeoutMs: timeoutMs });
    const answer = await createPayment(services, contextOf(merchantId), request, order);
    return JSON.parse(answer.body) as { id: PaymentId; status: string };
  }
  const row = async (id: PaymentId) => {
    const [found] = await world.owner.db.select().from(payments).where(eq(payments.id, id));
    if (!found) throw new Error("there is no such payment");
    return found;
  };
  return {
    world,
    sandbox,
    address,
    merchantId,
    gateway: createSandboxGateway({ baseUrl: sandbox.url }),
    pay,
    row,
    /** A request of its own under a new key, for what follows a payment. */
    request: () => {
      keys += 1;
      const call = { key: `callback-${keys}`, method: "POST", path: "/", fingerprint: Buffer.alloc(32) };
      return { merchantId, mode: "test", ...call } as const;
    },
    /** How often the row was changed after it was made, and what was told of it. */
    transitions: async (id: PaymentId) => {
      const entries = await world.owner.db
        .select({ action: auditEntries.action })
        .from(auditEntries)
        .where(
          and(
            eq(auditEntries.resourceId, id),
            like(auditEntries.action, "payment.%"),
            ne(auditEntries.action, "payment.created"),
          ),
        );
      const told = await world.owner.db
        .select({ type: events.type })
        .from(events)
        .where(eq(events.resourceId, id))
        .orderBy(events.position);
      return { updates: entries.length, events: told.map(({ type }) => type) };
    },
    reports: (id: PaymentId | null) =>
      world.owner.db
        .select({ action: auditEntries.action, details: auditEntries.newValues })
        .from(auditEntries)
        .where(
          and(
            like(auditEntries.action, "gateway_callback.%"),
            id === null ? undefined : eq(auditEntries.resourceId, id),
          ),
        )
        .orderBy(auditEntries.id),
    noted: (id: PaymentId) => world.owner.db.select().from(gatewayCallbacks).where(eq(gatewayCallbacks.paymentId, id)),
    close: async () => {
      await sandbox.stop();
      address.stop();
      await desk.close();
    },
  };
}

/** A callback about a charge as the acquirer would send it; every part can be another. */
export function chargeCallback(
  payment: Readonly<{ id: PaymentId; merchantId: MerchantId }>,
  changes: Readonly<{ id?: string; type?: string; key?: string; charge?: object; refund?: object | null }> = {},
): string {
  const status = (changes.type ?? "charge.captured").replace("charge.", "");
  return JSON.stringify({
    id: changes.id ?? `cb_${Math.random().toString(36).slice(2)}`,
    type: changes.type ?? "charge.captured",
    created_at: "2026-01-01T00:00:00.000Z",
    request: { idempotency_key: changes.key ?? payment.id },
    charge: {
      ...{ id: "ch_told", idempotency_key: payment.id, reference: null, amount: "1234.56", currency: "INR", status },
      ...{ captured: status === "captured" ? "1234.56" : "0.00", refunded: "0.00", merchant: payment.merchantId },
      ...{ card: { last4: "4242" }, decline_code: status === "declined" ? "card_declined" : null },
      ...changes.charge,
    },
    refund: changes.refund ?? null,
  });
}
