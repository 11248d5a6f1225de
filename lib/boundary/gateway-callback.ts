import type { AuditContext } from "@/db/audit-context";
import { nowSeconds } from "@/db/now-seconds";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { CallbackKey } from "@/lib/callbacks/callback-store";
import { receiveCallback } from "@/lib/callbacks/receive-callback";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors/app-error";
import type { GatewayCallback } from "@/lib/gateway/gateway-callback";
import { processGateway } from "@/lib/gateway/process-gateway";
import { logger } from "@/lib/logging/logger";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { publicHandler } from "./handler";
import { readBody } from "./read-body";

type Gateway = CallbackKey["gateway"];

/** Checks the signature over the raw body and reads it. Throws 401 and 400. `nowSeconds` is the database's clock. */
export type ReadCallback = (headers: Headers, body: Buffer, nowSeconds: number) => GatewayCallback;

/**
 * Where an acquirer calls back. `reader` gives null when callbacks of this acquirer are not set up: then there is nothing at
 * this address. 200 for what was taken, or is of no use; 422 for what is not about our money as we know it; 503 for what comes
 * before what it is about is known.
 */
export function callbackHandler(gateway: Gateway, reader: () => ReadCallback | null) {
  return publicHandler(async (request, { origin }) => {
    const read = reader();
    if (read === null) throw new AppError("not_found", "There is nothing at this address.");
    const body = await readBody(request);
    const callback = await verified(gateway, origin, async () =>
      read(request.headers, body, await nowSeconds(database().db)),
    );
    const outcome = await receiveCallback(database(), gateway, callback, origin, processGateway());
    if (outcome === "refused") throw new AppError("callback_refused", "This is not about our money as we know it.");
    return Response.json({ received: true });
  });
}

type Origin = Pick<AuditContext, "ip" | "userAgent" | "requestId">;

/** Failures count against the address, as those of signed calls do, and are reported (bounded: they cost their sender nothing). */
async function verified(gateway: Gateway, origin: Origin, read: () => Promise<GatewayCallback>) {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 401) throw error;
    const { allowed, retryAfterSeconds } = await processLimits().takeFrom("auth_failures", origin.ip);
    if (!allowed) {
      const detail = "Too many failed calls from this address. Check the secret, then wait.";
      throw new AppError("rate_limited", detail, { retryAfterSeconds });
    }
    logger.warn({ gateway, reason: error.code }, "a callback of the acquirer was refused");
    await report(gateway, origin, error.code);
    throw error;
  }
}

function report(gateway: Gateway, origin: Origin, reason: string): Promise<void> {
  const context = { actor: { type: "system", id: `${gateway}-callback` }, merchantId: null, ...origin } as const;
  return transact(database(), context, (tx) =>
    recordRepeated(
      tx,
      context,
      {
        action: "gateway_callback.refused",
        outcome: "denied",
        resourceType: "gateway_callback",
        resourceId: null,
        details: { gateway, reason },
      },
      gateway,
    ),
  );
}
