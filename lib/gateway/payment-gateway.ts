import type { MerchantId, OperationId, PaymentId, RefundId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import type { CardNumber } from "@/lib/vault/card-number";
import type { DeclineCode } from "./decline-code";
import type { Refusal } from "./refusal-code";

/**
 * One charge. `paymentId` is the acquirer's idempotency key, so that sending it again can never charge twice. A charge
 * that is sent again goes without `cvc`, which is kept nowhere (PCI DSS 3.3.1).
 */
export type ChargeRequest = Readonly<{
  paymentId: PaymentId;
  merchantId: MerchantId;
  /** An acquirer that tells test money from real money takes each only as what it is. */
  mode: "test" | "live";
  amount: Money;
  card: Readonly<{ number: CardNumber; expMonth: number; expYear: number }>;
  cvc: string | null;
  /** False only holds the money. */
  capture: boolean;
  /** The merchant's own. */
  reference: string | null;
}>;

/** A charge that was, or may have been, sent: the request's own values, and when its payment was written. */
export type ChargeLookup = Readonly<Omit<ChargeRequest, "card" | "cvc"> & { createdAt: Date }>;

/** Takes what is held, at most `authorized`; the rest is released. `operationId` is the acquirer's idempotency key. */
export type CaptureRequest = Readonly<{
  operationId: OperationId;
  paymentId: PaymentId;
  gatewayReference: string;
  amount: Money;
  authorized: Money;
}>;

/** Releases what is held, `amount`. `operationId` is the acquirer's idempotency key. */
export type VoidRequest = Readonly<{
  operationId: OperationId;
  paymentId: PaymentId;
  gatewayReference: string;
  amount: Money;
}>;

/** Gives back some of what was taken. `refundId` is the acquirer's idempotency key. */
export type RefundRequest = Readonly<{
  refundId: RefundId;
  paymentId: PaymentId;
  gatewayReference: string;
  amount: Money;
}>;

/** No answer, or one that makes no sense: the money may or may not have moved, and nobody guesses. */
export type Unknown = Readonly<{ kind: "unknown"; reason: string }>;

export type ChargeOutcome = Readonly<
  | { kind: "approved"; state: "authorized" | "captured"; gatewayReference: string }
  | { kind: "declined"; code: DeclineCode; message: string; gatewayReference: string | null }
  | Unknown
>;

/** `absent` only when the acquirer plainly says that it has no such charge: then it may be sent. */
export type FoundCharge = ChargeOutcome | Readonly<{ kind: "absent" }>;

export type OperationOutcome = Readonly<{ kind: "done" }> | Refusal | Unknown;

export type RefundOutcome = Readonly<{ kind: "succeeded"; gatewayReference: string }> | Refusal | Unknown;

/** `absent` only when the acquirer plainly says that it has no such refund. */
export type FoundRefund = RefundOutcome | Readonly<{ kind: "absent" }>;

export type GatewayOptions = Readonly<{
  /** For the whole call, until the last byte of the last answer. */
  timeoutMs: number;
  /** Sent along, so that the acquirer's log and ours can be read side by side. */
  requestId: string;
}>;

/**
 * An acquirer, as the rest of the product sees it. Call it outside of any database transaction. No call ever rejects for
 * what the network or the acquirer do; each throws {@link GatewayRefusal} only.
 *
 * The outcome of an operation or a refund is learnt by sending it again under its id; of a refund that may not be sent now, by
 * asking. That of a charge is looked up, and the charge sent again only when it is absent.
 */
export interface PaymentGateway {
  /**
   * The acquirer and the account there, and nothing that changes while that stays the same: no address, no key. What was begun
   * under one is never asked about, sent or settled under another.
   */
  readonly identity: string;
  /** The only mode in which it takes payments. */
  readonly mode: "test" | "live";
  /**
   * Null once it is known that the credentials are of that account; else why it is not, within so many milliseconds. Nothing is
   * begun in doubt: it would wait for an account that may not exist. Once known it stays known, and nobody is asked.
   */
  doubt(timeoutMs: number): Promise<Unknown | null>;
  charge(request: ChargeRequest, options: GatewayOptions): Promise<ChargeOutcome>;
  /** Asks by our payment id what became of a charge. */
  findCharge(lookup: ChargeLookup, options: GatewayOptions): Promise<FoundCharge>;
  capture(request: CaptureRequest, options: GatewayOptions): Promise<OperationOutcome>;
  voidHold(request: VoidRequest, options: GatewayOptions): Promise<OperationOutcome>;
  refund(request: RefundRequest, options: GatewayOptions): Promise<RefundOutcome>;
  /** Asks by our refund id what became of a refund, and moves nothing. */
  findRefund(request: RefundRequest, options: GatewayOptions): Promise<FoundRefund>;
}

/**
 * The acquirer refused to look at the request: a defect on our side, not an answer about money. This call moved
 * nothing, but an earlier one with the same id may have, so that the payment stays pending and someone is told.
 */
export class GatewayRefusal extends Error {
  override readonly name = "GatewayRefusal";
  readonly reason: "idempotency_conflict" | "request_invalid";

  constructor(reason: "idempotency_conflict" | "request_invalid", status: number) {
    super(`The acquirer refused a request with ${status} (${reason})`);
    this.reason = reason;
  }
}
