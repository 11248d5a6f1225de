import { toDecimalString } from "@/lib/money/decimal-string";
import type { ChargeLookup, FoundCharge, GatewayOptions } from "../payment-gateway";
import type { SandboxCalls } from "./calls";
import { readChargeList, readFoundCharge } from "./found-charge";
import { unknown } from "./wire";

/** Asks for the charge with our payment id, then for all that there is to know of it: two calls under one deadline. */
export async function findSandboxCharge(
  calls: SandboxCalls,
  lookup: ChargeLookup,
  { timeoutMs, requestId }: GatewayOptions,
): Promise<FoundCharge> {
  const giveUpAt = performance.now() + timeoutMs;
  const { paymentId, merchantId, capture } = lookup;
  const query = new URLSearchParams({ idempotency_key: paymentId });
  const list = await calls.get({ path: `/v1/charges?${query}`, timeoutMs, requestId });
  if (list.kind === "lost") return unknown(list.reason);
  const found = readChargeList(paymentId, list.status, list.text);
  if (found.kind !== "listed") return found;

  const leftMs = Math.ceil(giveUpAt - performance.now());
  if (leftMs <= 0) return unknown(`no whole answer within ${timeoutMs} ms`);
  const detail = await calls.get({ path: `/v1/charges/${found.id}`, timeoutMs: leftMs, requestId });
  if (detail.kind === "lost") return unknown(detail.reason);
  const { currency } = lookup.amount;
  const amount = toDecimalString(lookup.amount);
  const expected = { id: found.id, merchantId, idempotencyKey: paymentId, amount, currency, capture };
  return readFoundCharge(expected, detail.status, detail.text);
}
