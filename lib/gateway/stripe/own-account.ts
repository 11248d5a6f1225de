import { z } from "zod";
import { logger } from "@/lib/logging/logger";
import type { GatewayOptions, PaymentGateway, Unknown } from "../payment-gateway";
import { createStripeClient, type StripeSettings, startBudget } from "./client";
import { readStripeError, unknown } from "./error";

const accountSchema = z.object({ id: z.string() });

/**
 * Lets no call through until Stripe has said that the key is of the account which is set up: whoever changes the key and forgets
 * the account would have everything that is pending done again at another one. Asked once; a restricted key that may not ask
 * is believed, and the log says so. Each call that could not be let through is `unknown`, and has sent nothing.
 * `onAnother` is called when Stripe has said that it is another one, which no waiting mends.
 */
export function onOwnAccount(gateway: PaymentGateway, settings: StripeSettings, onAnother: () => void): PaymentGateway {
  const check = accountCheck(settings, onAnother);
  const after =
    <Request, Outcome>(call: (request: Request, options: GatewayOptions) => Promise<Outcome>) =>
    async (request: Request, options: GatewayOptions): Promise<Outcome | Unknown> => {
      const startedAt = performance.now();
      const doubt = await check(options.timeoutMs);
      if (doubt !== null) return doubt;
      const timeoutMs = Math.floor(options.timeoutMs - (performance.now() - startedAt));
      return timeoutMs > 0 ? call(request, { ...options, timeoutMs }) : unknown("no time was left for the call itself");
    };
  const { identity, mode, charge, findCharge, capture, voidHold, refund, findRefund } = gateway;
  return {
    ...{ identity, mode, doubt: check, charge: after(charge), findCharge: after(findCharge), capture: after(capture) },
    ...{ voidHold: after(voidHold), refund: after(refund), findRefund: after(findRefund) },
  };
}

/** Null once the account is known to be the right one; else why it is not. What Stripe has said stays said. */
function accountCheck(settings: StripeSettings, onAnother: () => void): (timeoutMs: number) => Promise<Unknown | null> {
  const stripe = createStripeClient(settings);
  let said: Unknown | null | undefined;
  const ask = async (timeoutMs: number): Promise<Unknown | null> => {
    try {
      const answer: unknown = await stripe.accounts.retrieveCurrent({}, startBudget(timeoutMs).spend());
      const account = accountSchema.safeParse(answer).data;
      if (account === undefined) return unknown("an account that cannot be read");
      said = account.id === settings.accountId ? null : unknown("the key is of another Stripe account");
      if (said !== null) onAnother();
      return said;
    } catch (error) {
      const refused = readStripeError(error);
      if (refused.kind === "unknown") return refused;
      if (refused.status !== 403) return unknown(`status ${refused.status}`);
      logger.warn("STRIPE_SECRET_KEY may not read its account: whether it is STRIPE_ACCOUNT_ID could not be checked");
      said = null;
      return said;
    }
  };
  let asking: Promise<Unknown | null> | null = null;
  return (timeoutMs) => {
    if (said !== undefined) return Promise.resolve(said);
    asking ??= ask(timeoutMs).finally(() => {
      asking = null;
    });
    return asking;
  };
}
