import { type GatewayCall, type GatewayOutcome, recordGatewayCall } from "@/lib/metrics/instruments";
import type { PaymentGateway } from "./payment-gateway";

/** The same acquirer, with each call timed and counted by what came of it. */
export function measured(gateway: PaymentGateway): PaymentGateway {
  const { identity, mode } = gateway;
  return {
    identity,
    mode,
    doubt: (timeoutMs) => gateway.doubt(timeoutMs),
    charge: (request, options) => timed("charge", () => gateway.charge(request, options)),
    findCharge: (lookup, options) => timed("find_charge", () => gateway.findCharge(lookup, options)),
    capture: (request, options) => timed("capture", () => gateway.capture(request, options)),
    voidHold: (request, options) => timed("void", () => gateway.voidHold(request, options)),
    refund: (request, options) => timed("refund", () => gateway.refund(request, options)),
    findRefund: (request, options) => timed("find_refund", () => gateway.findRefund(request, options)),
  };
}

async function timed<Outcome extends Readonly<{ kind: GatewayOutcome }>>(
  call: GatewayCall,
  ask: () => Promise<Outcome>,
): Promise<Outcome> {
  const startedAt = performance.now();
  let kind: GatewayOutcome = "rejected";
  try {
    const outcome = await ask();
    kind = outcome.kind;
    return outcome;
  } finally {
    recordGatewayCall(call, kind, performance.now() - startedAt);
  }
}
