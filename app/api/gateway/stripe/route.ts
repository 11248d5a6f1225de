import { callbackHandler } from "@/lib/boundary/gateway-callback";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { env } from "@/lib/env";
import { readStripeCallback } from "@/lib/gateway/stripe/callback";

/** Webhooks of Stripe. */
export const POST = callbackHandler("stripe", () => {
  const { GATEWAY, STRIPE_WEBHOOK_SECRET: secret } = env();
  if (GATEWAY !== "stripe" || secret === undefined) return null;
  return (headers, body, nowSeconds) => readStripeCallback(headers.get("stripe-signature"), body, secret, nowSeconds);
});

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
