import { type Env, env } from "@/lib/env";
import { measured } from "./measured";
import type { PaymentGateway } from "./payment-gateway";
import { createSandboxGateway } from "./sandbox-gateway";
import type { StripeSettings } from "./stripe/client";
import { onOwnAccount } from "./stripe/own-account";
import { createStripeGateway } from "./stripe-gateway";

let gateway: PaymentGateway | null = null;

/** This process's acquirer, from its environment. */
export function processGateway(): PaymentGateway {
  gateway ??= measured(gatewayFor(env()));
  return gateway;
}

function gatewayFor({ GATEWAY, SANDBOX_URL, STRIPE_SECRET_KEY, STRIPE_ACCOUNT_ID }: Env): PaymentGateway {
  switch (GATEWAY) {
    case "sandbox":
      if (SANDBOX_URL === undefined) throw new Error("SANDBOX_URL is not set");
      return createSandboxGateway({ baseUrl: SANDBOX_URL });
    case "stripe":
      if (STRIPE_SECRET_KEY === undefined) throw new Error("STRIPE_SECRET_KEY is not set");
      if (STRIPE_ACCOUNT_ID === undefined) throw new Error("STRIPE_ACCOUNT_ID is not set");
      return stripeGateway({ secretKey: STRIPE_SECRET_KEY, accountId: STRIPE_ACCOUNT_ID });
    default:
      return GATEWAY satisfies never;
  }
}

const stripeGateway = (settings: StripeSettings) =>
  onOwnAccount(createStripeGateway(settings), settings, endForAnotherAccount);

/** As for a MASTER_KEY that is not the database's: it could do nothing with money, and one that was mistyped mends only so. */
function endForAnotherAccount(): never {
  process.stderr.write(
    "STRIPE_SECRET_KEY is not of the account STRIPE_ACCOUNT_ID, so the server does not run. Nothing was sent to Stripe.\n",
  );
  process.exit(1);
}
