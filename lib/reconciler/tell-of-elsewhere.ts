import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { logger } from "@/lib/logging/logger";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findUntold, WAITS_ELSEWHERE } from "./due-store";
import { idOf } from "./subject";

/** Told of in one transaction; the rest at the next look. */
const AT_ONCE = 100;

/**
 * Tells, once of each, of what is pending at another acquirer or account than this process asks: in the payment's own trail
 * and in the log. Nobody here may ask about it, so that a person has to: by a server that is set up for that acquirer.
 */
export async function tellOfElsewhere({ client, gateway }: PaymentServices): Promise<void> {
  const system = systemContext("reconciler");
  const told = await transact(client, system, async (tx) => {
    const untold = await findUntold(tx, gateway, AT_ONCE);
    for (const subject of untold) {
      await recordAudit(
        tx,
        { ...system, merchantId: subject.merchantId },
        {
          action: WAITS_ELSEWHERE,
          outcome: "denied",
          resourceType: "payment",
          resourceId: subject.paymentId,
          details: { id: idOf(subject), kind: subject.kind, asks: gateway.identity },
        },
      );
    }
    return untold;
  });
  if (told.length === 0) return;
  logger.error(
    { count: told.length, asks: gateway.identity, ids: told.slice(0, 20).map(idOf) },
    "pending at another acquirer or account than this server is set up for; it is not asked about until one is",
  );
}
