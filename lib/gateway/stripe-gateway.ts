import type { PaymentGateway } from "./payment-gateway";
import { chargeCard } from "./stripe/charge";
import { createStripeClient, type StripeSettings, startBudget } from "./stripe/client";
import { unknown } from "./stripe/error";
import { findStripeCharge } from "./stripe/find-charge";
import { declined } from "./stripe/intent";
import { cancelIntent, captureIntent } from "./stripe/operations";
import { findStripeRefund, refundIntent } from "./stripe/refund";

/**
 * Stripe as a gateway: a payment is a PaymentIntent, its id the gateway's reference. docs/decisions/010-acquirers.md says how
 * nothing is taken twice. Card numbers go to Stripe as they are, which an account needs Stripe's permission for.
 */
export function createStripeGateway(settings: StripeSettings): PaymentGateway {
  const stripe = createStripeClient(settings);
  const ownMode = settings.secretKey.includes("_live_") ? "live" : "test";
  return {
    // Test and live mode are two books: what is in one is not in the other.
    identity: `stripe:${settings.accountId}:${ownMode}`,
    mode: ownMode,
    // As it is set up: `onOwnAccount` asks Stripe.
    doubt: async () => null,
    async charge(request, { timeoutMs }) {
      // Nothing is sent: a test must not take real money, nor a live payment pass for paid in Stripe's test mode.
      if (request.mode !== ownMode) return declined("processing_error", null);
      return chargeCard(stripe, request, startBudget(timeoutMs));
    },
    async findCharge(lookup, { timeoutMs }) {
      // Sent with a key that this server has no more: there it would be found.
      if (lookup.mode !== ownMode) return unknown(`a payment in ${lookup.mode} mode, and a key for another`);
      return findStripeCharge(stripe, lookup, startBudget(timeoutMs));
    },
    capture: (request, { timeoutMs }) => captureIntent(stripe, request, startBudget(timeoutMs)),
    voidHold: (request, { timeoutMs }) => cancelIntent(stripe, request, startBudget(timeoutMs)),
    findRefund: (request, { timeoutMs }) => findStripeRefund(stripe, request, startBudget(timeoutMs)),
    refund: (request, { timeoutMs }) => refundIntent(stripe, request, startBudget(timeoutMs)),
  };
}
