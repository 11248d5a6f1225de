import { type MeterProvider, metrics } from "@opentelemetry/api";
import { PAYMENT_STATUSES, type PaymentStatus } from "@/lib/payments/payment-status";
import { POLICIES, type PolicyName } from "@/lib/rate-limit/policies";
import { ROUTES, routeTemplate } from "./route-template";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER"] as const;
const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
const GATEWAY_CALLS = ["charge", "find_charge", "capture", "void", "refund", "find_refund"] as const;
/** `rejected`: a defect on our side, `GatewayRefusal`. */
const GATEWAY_OUTCOMES = [
  "approved",
  "declined",
  "done",
  "succeeded",
  "refused",
  "absent",
  "unknown",
  "rejected",
] as const;
const DELIVERY_OUTCOMES = ["delivered", "retry", "given_up", "interrupted"] as const;

export type GatewayCall = (typeof GATEWAY_CALLS)[number];
export type GatewayOutcome = (typeof GATEWAY_OUTCOMES)[number];
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/**
 * Every attribute, with every value that it may have. No merchant, no id, no text of anybody's: whoever runs the collector
 * learns how much there is of what, and nothing of whom.
 */
export const ATTRIBUTE_VALUES: Readonly<Record<string, readonly string[]>> = {
  "http.request.method": METHODS,
  "http.route": ROUTES,
  "http.response.status_class": STATUS_CLASSES,
  "payment.outcome": PAYMENT_STATUSES,
  "gateway.call": GATEWAY_CALLS,
  "gateway.outcome": GATEWAY_OUTCOMES,
  "webhook.outcome": DELIVERY_OUTCOMES,
  "rate_limit.policy": Object.keys(POLICIES),
};

/** Bounds in seconds: a payment's few milliseconds, and the acquirer's and a receiver's whole deadlines. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function build(provider: MeterProvider) {
  const meter = provider.getMeter("countinghouse");
  const duration = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: SECONDS } });
  return {
    provider,
    requests: duration("http.server.request.duration", "Answers of the API and of other routes; not of pages"),
    payments: meter.createCounter("countinghouse.payments", { description: "Payments, by what came of them" }),
    gatewayCalls: duration("countinghouse.gateway.call.duration", "Calls to the acquirer"),
    deliveries: duration("countinghouse.webhook.delivery.duration", "Attempts to deliver a webhook"),
    refusals: meter.createCounter("countinghouse.rate_limit.refusals", { description: "Calls over a limit" }),
    pending: meter.createObservableGauge("countinghouse.pending", {
      description: "Payments, captures, voids and refunds whose outcome is not known",
    }),
    oldestPending: meter.createObservableGauge("countinghouse.pending.oldest.age", {
      description: "Since when the oldest of them is pending",
      unit: "s",
    }),
  };
}

let built: ReturnType<typeof build> | null = null;

/** The API hands out instruments that do nothing until there is a provider, and they stay so: they are made anew then. */
function instruments(): ReturnType<typeof build> {
  const provider = metrics.getMeterProvider();
  if (built?.provider !== provider) built = build(provider);
  return built;
}

export function recordRequest(method: string, path: string, status: number, milliseconds: number): void {
  instruments().requests.record(milliseconds / 1000, {
    "http.request.method": METHODS.find((known) => known === method) ?? "_OTHER",
    "http.route": routeTemplate(path),
    "http.response.status_class": STATUS_CLASSES[Math.trunc(status / 100) - 1] ?? "5xx",
  });
}

/** Once it is committed. One that was pending first counts as that too. */
export function recordPayment(outcome: PaymentStatus): void {
  instruments().payments.add(1, { "payment.outcome": outcome });
}

export function recordGatewayCall(call: GatewayCall, outcome: GatewayOutcome, milliseconds: number): void {
  instruments().gatewayCalls.record(milliseconds / 1000, { "gateway.call": call, "gateway.outcome": outcome });
}

export function recordDelivery(outcome: DeliveryOutcome, milliseconds: number): void {
  instruments().deliveries.record(milliseconds / 1000, { "webhook.outcome": outcome });
}

export function recordLimitRefusal(policy: PolicyName): void {
  instruments().refusals.add(1, { "rate_limit.policy": policy });
}

/** What is pending now; the age is 0 when nothing is. */
export type PendingFigures = Readonly<{ number: number; oldestSeconds: number }>;

/** Asks at each export, and at no other time. */
export function observePending(ask: () => Promise<PendingFigures>): void {
  const { provider, pending, oldestPending } = instruments();
  provider.getMeter("countinghouse").addBatchObservableCallback(
    async (result) => {
      const { number, oldestSeconds } = await ask();
      result.observe(pending, number);
      result.observe(oldestPending, oldestSeconds);
    },
    [pending, oldestPending],
  );
}
