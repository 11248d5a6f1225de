import { sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { logger } from "@/lib/logging/logger";
import type { PaymentServices } from "@/lib/payments/payment-services";

/** Of each kind, and in one transaction; the rest at the next look. */
const AT_ONCE = 100;

/**
 * Names the acquirer on what is pending and was begun by a server that did not (from before migration 0022, which may still run):
 * once GATEWAY or the account is changed, it waits for where it was begun instead of being done again. Each leaves its audit entry.
 */
export async function nameAcquirer({
  client,
  gateway,
  gatewayTimeoutMs,
}: Pick<PaymentServices, "client" | "gateway" | "gatewayTimeoutMs">): Promise<void> {
  if ((await gateway.doubt(gatewayTimeoutMs)) !== null) return;
  const { identity, mode } = gateway;
  const [row] = await transact(client, systemContext("reconciler"), (tx) =>
    tx.execute<{ named: number }>(sql`select name_acquirer(${identity}, ${mode}, ${AT_ONCE}::int) as named`),
  );
  if (row && row.named > 0)
    logger.info({ count: row.named, gateway: identity }, "named the acquirer of what is pending");
}
