import { metrics } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { transact } from "@/db/transact";
import { setLogLevel } from "@/lib/logging/logger";
import { ATTRIBUTE_VALUES, recordRequest } from "@/lib/metrics/instruments";
import { startMetrics } from "@/lib/metrics/start-metrics";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { ownPending } from "@/lib/reconciler/own-reconciler";
import { addEndpoint } from "@/lib/webhooks/manage-endpoints";
import { deliverDueWebhooks } from "@/lib/webhooks/own-webhooks";
import { type Receiver, startReceiver } from "@/lib/webhooks/testing/receiver";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

const CHARGED_IN_SILENCE = "4000000000009011";
const DECLINED = "4000000000000002";

let sandbox: Sandbox;
let collector: Receiver;
let merchant: Receiver;
let desk: ApiDesk;

beforeAll(async () => {
  setLogLevel("error");
  [sandbox, collector, merchant] = await Promise.all([startSandbox(), startReceiver(), startReceiver()]);
  collector.behave((response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  desk = await openApiDesk(sandbox.url, {
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, RATE_LIMIT_TOKENIZE: "1/60" },
    ...{ GATEWAY_TIMEOUT_MS: "300", WEBHOOK_ALLOW_PRIVATE: "true" },
  });
});
afterAll(async () => {
  metrics.disable();
  await desk.close();
  collector.stop();
  merchant.stop();
  await sandbox.stop();
});

const attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue])));
const points = z.object({
  dataPoints: z.array(
    z.object({
      attributes,
      count: z.coerce.number().optional(),
      asDouble: z.number().optional(),
      asInt: z.coerce.number().optional(),
    }),
  ),
});
const exported = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string() })) }),
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z
              .object({
                name: z.string(),
                sum: points.optional(),
                gauge: points.optional(),
                histogram: points.optional(),
              })
              .transform(({ name, sum, gauge, histogram }) =>
                ((sum ?? gauge ?? histogram)?.dataPoints ?? []).map((point) => ({
                  name,
                  of: point.attributes,
                  value: point.count ?? point.asDouble ?? point.asInt ?? Number.NaN,
                })),
              ),
          ),
        }),
      ),
    }),
  ),
});

/** The SDK is loaded while the server starts, which takes a while on a busy machine. */
const beyond = (none: unknown) =>
  vi.waitFor(() => expect(metrics.getMeterProvider()).not.toBe(none), { timeout: 15_000 });

/** What the collector got last. */
function lastExport() {
  const { body, path } = collector.received.at(-1) ?? { body: "", path: "" };
  expect(path).toBe("/v1/metrics");
  const { resourceMetrics } = exported.parse(JSON.parse(body));
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics.flat()));
}

it("metrics.exported: what signed calls did arrives at the collector when the server ends, and nothing of whom", async () => {
  const none = metrics.getMeterProvider();
  const running = startMetrics(ownPending);
  await beyond(none);
  const { world } = desk;
  const merchantId = await world.addMerchant();
  const key = await world.addApiKey(merchantId);
  const [good, declined, silent] = [
    await world.addCard(merchantId),
    await world.addCard(merchantId, DECLINED),
    await world.addCard(merchantId, CHARGED_IN_SILENCE),
  ];
  await transact(world.client, contextOf(merchantId), (tx) =>
    addEndpoint(tx, world.ring, { merchantId, mode: "test" }, { url: `${merchant.url}/hooks`, events: ["*"] }),
  );
  const pay = (card: string, idempotencyKey: string) =>
    desk.post(
      key,
      "/api/v1/payments",
      { amount: "10.00", currency: "INR", card, reference: idempotencyKey },
      idempotencyKey,
    );
  const paid = await pay(good, "metrics-1");
  const answers = [
    paid,
    await pay(good, "metrics-1"),
    await pay(declined, "metrics-2"),
    await pay(silent, "metrics-3"),
  ];
  expect(answers.map(({ status, json }) => `${status} ${json.status}`)).toEqual([
    "201 captured",
    "201 captured",
    "201 failed",
    "202 pending",
  ]);
  await desk.get(key, `/api/v1/payments/${paid.json.id}`);
  await desk.get(key, "/api/v1/payments/4242424242424242");
  const number = { number: "4242 4242 4242 4242", exp_month: 12, exp_year: 2040 };
  for (const status of [201, 429]) expect((await desk.post(key, "/api/v1/cards", number)).status).toBe(status);
  recordRequest("BREW", "/api/4242424242424242", 418, 1);
  await deliverDueWebhooks(() => true);
  await running.stop();

  const got = lastExport();
  const counted = (name: string, of: Record<string, string> = {}) =>
    got.filter((point) => point.name === name && Object.entries(of).every(([is, value]) => point.of[is] === value));
  const sum = (name: string, of: Record<string, string> = {}) =>
    counted(name, of).reduce((total, { value }) => total + value, 0);
  const request = (method: string, route: string, status: string) =>
    sum("http.server.request.duration", {
      "http.request.method": method,
      "http.route": route,
      "http.response.status_class": status,
    });
  expect(request("POST", "/api/v1/payments", "2xx")).toBe(4);
  expect(request("GET", "/api/v1/payments/{id}", "2xx")).toBe(1);
  expect(request("GET", "/api/v1/payments/{id}", "4xx")).toBe(1);
  expect(request("_OTHER", "/api/{...path}", "4xx")).toBe(1);
  const outcomes = ["captured", "failed", "pending"].map((is) =>
    sum("countinghouse.payments", { "payment.outcome": is }),
  );
  expect(outcomes, "a replay is no second payment").toEqual([1, 1, 1]);
  const charges = ["approved", "declined", "unknown"].map((is) =>
    sum("countinghouse.gateway.call.duration", { "gateway.call": "charge", "gateway.outcome": is }),
  );
  expect(charges).toEqual([1, 1, 1]);
  expect(sum("countinghouse.rate_limit.refusals", { "rate_limit.policy": "tokenize" })).toBe(1);
  expect(sum("countinghouse.rate_limit.refusals")).toBe(1);
  expect(sum("countinghouse.webhook.delivery.duration", { "webhook.outcome": "delivered" })).toBe(
    merchant.received.length,
  );
  expect(merchant.received.length).toBeGreaterThan(0);
  expect(sum("countinghouse.pending")).toBe(1);
  expect(sum("countinghouse.pending.oldest.age")).toBeGreaterThan(0);

  for (const { name, of } of got) {
    for (const [attribute, value] of Object.entries(of)) {
      expect(ATTRIBUTE_VALUES[attribute] ?? [], `${name}: ${attribute}`).toContain(value);
    }
  }
  const all = collector.received.map(({ body }) => body).join("\n");
  for (const secret of [merchantId, key.id, good, paid.json.id, "4242424242424242", "metrics-1", "BREW"]) {
    expect(all).not.toContain(secret);
  }
});

it("metrics.collector-away: the server ends all the same", async () => {
  const none = metrics.getMeterProvider();
  collector.behave(() => undefined);
  const running = startMetrics(ownPending);
  await beyond(none);
  recordRequest("GET", "/api/health", 200, 1);
  await expect(running.stop()).resolves.toBeUndefined();
});
