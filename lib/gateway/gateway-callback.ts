import type { MerchantId, OperationId, PaymentId, RefundId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import type { ChargeOutcome, OperationOutcome, RefundOutcome, Unknown } from "./payment-gateway";

/** A payment of ours, as far as a callback must agree with it. */
export type OwnCharge = Readonly<{
  paymentId: PaymentId;
  merchantId: MerchantId;
  amount: Money;
  capture: boolean;
  /** Null while the acquirer's id is not known yet. */
  gatewayReference: string | null;
}>;

/** `amount` is null for a void. */
export type OwnOperation = Readonly<{ type: "capture" | "void"; amount: Money | null }>;

/** `gatewayReference` is null while the acquirer's id is not known yet. */
export type OwnRefund = Readonly<{ amount: Money; gatewayReference: string | null }>;

/** What a callback says once it is held against our own row; `unknown` where it does not fit, `earlier` what was true once. */
export type Reading<Outcome> = Outcome | Readonly<{ kind: "earlier" }>;

/** What it is about decides what it is held against. */
export type CallbackSubject = Readonly<
  | { about: "charge"; read: (charge: OwnCharge) => Reading<ChargeOutcome> }
  | {
      about: "operation";
      operationId: OperationId;
      read: (charge: OwnCharge, operation: OwnOperation) => Reading<OperationOutcome>;
    }
  /** The acquirer holds nothing any more, and has taken nothing. */
  | { about: "release"; read: (charge: OwnCharge) => Readonly<{ kind: "released" }> | Unknown }
  | { about: "refund"; refundId: RefundId; read: (charge: OwnCharge, refund: OwnRefund) => Reading<RefundOutcome> }
  /** Nothing that we asked for. */
  | { about: "nothing"; reason: string }
>;

/** What an acquirer tells of its own accord, once its signature was found right. */
export type GatewayCallback = Readonly<{
  /** The acquirer's own: one that comes again is the same one. */
  id: string;
  kind: string;
  /** Ours, as the acquirer has it. */
  paymentId: PaymentId | null;
  subject: CallbackSubject;
}>;
