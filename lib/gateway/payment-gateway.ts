import type { MerchantId, PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import type { CardNumber } from "@/lib/vault/card-number";
import type { DeclineCode } from "./decline-code";

/**
 * One charge. `paymentId` is the acquirer's idempotency key, so that sending it again can never charge twice. A charge
 * that is sent again goes without `cvc`, which is kept nowhere (PCI DSS 3.3.1).
 */
export type ChargeRequest = Readonly<{
  paymentId: PaymentId;
  merchantId: MerchantId;
  amount: Money;
  card: Readonly<{ number: CardNumber; expMonth: number; expYear: number }>;
  cvc: string | null;
  /** False only holds the money. */
  capture: boolean;
  /** The merchant's own. */
  reference: string | null;
}>;

export type ChargeOutcome = Readonly<
  | { kind: "approved"; state: "authorized" | "captured"; gatewayReference: string }
  | { kind: "declined"; code: DeclineCode; message: string; gatewayReference: string | null }
  /** No answer, or one that makes no sense: the money may or may not have moved, and nobody guesses. */
  | { kind: "unknown"; reason: string }
>;

export type ChargeOptions = Readonly<{
  /** For the whole exchange, until the last byte of the answer. */
  timeoutMs: number;
  /** Sent along, so that the acquirer's log and ours can be read side by side. */
  requestId: string;
}>;

/** An acquirer, as the rest of the product sees it. Call it outside of any database transaction. */
export interface PaymentGateway {
  /**
   * Asks the acquirer to charge and tells what is known afterwards. Never rejects for what the network or the
   * acquirer do; throws {@link GatewayRefusal} only.
   */
  charge(request: ChargeRequest, options: ChargeOptions): Promise<ChargeOutcome>;
}

/**
 * The acquirer refused to look at the request: a defect on our side, not an answer about money. This call charged
 * nothing, but an earlier one with the same payment id may have, so that the payment stays pending and someone is told.
 */
export class GatewayRefusal extends Error {
  override readonly name = "GatewayRefusal";
  readonly reason: "idempotency_conflict" | "request_invalid";

  constructor(reason: "idempotency_conflict" | "request_invalid", status: number) {
    super(`The acquirer refused a charge with ${status} (${reason})`);
    this.reason = reason;
  }
}
