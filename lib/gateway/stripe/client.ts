import Stripe from "stripe";
import { DeadlineHttpClient, LostAnswer } from "./http-client";

export type StripeSettings = Readonly<{
  /** `sk_…` or `rk_…`. */
  secretKey: string;
  /** `acct_…`, whose key it is. A key may be rolled; the account is where the money is. */
  accountId: string;
  /** Default: Stripe's own. */
  apiUrl?: string;
}>;

/** The package, set up so that it sends each request once: what is sent again, and when, is decided elsewhere. */
export function createStripeClient({
  secretKey,
  apiUrl = "https://api.stripe.com",
}: Omit<StripeSettings, "accountId">): Stripe {
  const { hostname, port, protocol } = new URL(apiUrl);
  const isPlain = protocol === "http:";
  return new Stripe(secretKey, {
    httpClient: new DeadlineHttpClient(),
    maxNetworkRetries: 0,
    telemetry: false,
    host: hostname,
    port: port === "" ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? "http" : "https",
  });
}

/** What one call of the port may still spend on its requests. */
export type Budget = Readonly<{
  /** Options of the package for the next request. Throws {@link LostAnswer} once nothing is left. */
  spend: (idempotencyKey?: string) => Stripe.RequestOptions;
}>;

export function startBudget(timeoutMs: number): Budget {
  const giveUpAt = performance.now() + timeoutMs;
  return {
    spend: (idempotencyKey) => {
      const timeout = Math.ceil(giveUpAt - performance.now());
      if (timeout <= 0) throw new LostAnswer(`no whole answer within ${timeoutMs} ms`);
      return idempotencyKey === undefined ? { timeout } : { timeout, idempotencyKey };
    },
  };
}
