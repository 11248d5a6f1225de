import { type SQL, sql } from "drizzle-orm";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";

/** Whatever is asked of an acquirer: a payment, a capture, a void, a refund. */
type Begun = Readonly<{ mode: "test" | "live"; gateway: string | null }>;

/** The acquirer and the account that this process asks. */
export type OwnAcquirer = Pick<PaymentGateway, "identity" | "mode">;

/**
 * Whether something was begun at this acquirer, and may be asked about, sent or settled here. Elsewhere nobody knows of it, so
 * that it would be done a second time. What was begun before this was written down (null) counts as begun here.
 */
export function isOfAcquirer({ identity, mode }: OwnAcquirer, ...begun: readonly Begun[]): boolean {
  return begun.every((row) => row.mode === mode && (row.gateway === null || row.gateway === identity));
}

/** The same in SQL, of a table's columns `mode` and `gateway`. */
export function begunAt({ identity, mode }: OwnAcquirer): SQL {
  return sql`(mode = ${mode} and coalesce(gateway, ${identity}) = ${identity})`;
}
