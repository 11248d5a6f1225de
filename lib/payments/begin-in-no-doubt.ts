import { AppError } from "@/lib/errors/app-error";
import type { KeyedCall } from "@/lib/idempotency/call-once";
import type { PaymentServices } from "./payment-services";

/**
 * Begins nothing while it is not known that the acquirer's account is the one which is set up: what is committed under the
 * identity of an account that was mistyped would be pending for ever. A key that was used before gets its answer all the same.
 * Asked outside of any transaction; what is returned throws 503 `service_unavailable` where there is doubt, and the key stays free.
 */
export async function beginInNoDoubt<Subject>(
  { gateway, gatewayTimeoutMs }: PaymentServices,
  begin: KeyedCall<Subject>["begin"],
): Promise<KeyedCall<Subject>["begin"]> {
  const doubt = await gateway.doubt(gatewayTimeoutMs);
  if (doubt === null) return begin;
  return async (_tx, claim) => {
    if ((await claim({})) === null) return null;
    throw new AppError("service_unavailable", "The acquirer cannot be reached. Nothing was begun; try again shortly.", {
      cause: new Error(doubt.reason),
      retryAfterSeconds: 2,
    });
  };
}
