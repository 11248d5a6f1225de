import { nowSeconds } from "@/db/now-seconds";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { OperationId, PaymentId, RefundId } from "@/lib/ids/id";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { stateOf } from "@/lib/payments/payment-state";
import type { PaymentRecord } from "@/lib/payments/payment-store";
import { move, refundable } from "@/lib/payments/state-machine";
import { type FormHolder, issueNonce, type MoneyForm, type ReadNonce, readNonce } from "./form-nonce";
import { refundableWithoutProof } from "./refund-approval-store";

/** The last thing that a person saw done to a payment before they did something themselves. */
export type LastSeen = OperationId | RefundId | null;

/** What may be done to a payment as it stands, each with the nonce of its form and up to how much, in minor units. */
export type MoneyForms = Readonly<{
  capture: Readonly<{ nonce: string; leftMinor: bigint }> | null;
  void: Readonly<{ nonce: string }> | null;
  /** Up to `freeMinor` asks for no proof. */
  refund: Readonly<{ nonce: string; leftMinor: bigint; freeMinor: bigint }> | null;
}>;

/**
 * The forms of a payment's page. The same act on the same state has the same subject, for everybody and in every tab: sent
 * twice it is done once, and after somebody else has acted it is refused until its person has seen that.
 */
export async function moneyForms(
  { ring, client }: PaymentServices,
  holder: FormHolder,
  payment: PaymentRecord,
  last: Readonly<{ operation: OperationId | null; refund: RefundId | null }>,
): Promise<MoneyForms> {
  const state = stateOf(payment);
  const left = refundable(state);
  const [now, free] = await Promise.all([
    nowSeconds(client.db),
    left > 0n ? refundableWithoutProof(client.db, payment) : 0n,
  ]);
  const nonce = (form: MoneyForm, seen: LastSeen) => issueNonce(ring, holder, form, subjectOf(payment.id, seen), now);
  const isHeld = move(state, { type: "operation_begun", operation: { type: "void" } }).ok;
  return {
    capture: isHeld ? { nonce: nonce("capture", last.operation), leftMinor: payment.amountMinor } : null,
    void: isHeld ? { nonce: nonce("void", last.operation) } : null,
    refund: left > 0n ? { nonce: nonce("refund", last.refund), leftMinor: left, freeMinor: free } : null,
  };
}

/** What such a form names; null when the nonce is not for this payment, or not this person's. */
export function readMoneyForm(
  ring: KeyRing,
  holder: FormHolder,
  form: MoneyForm,
  sent: Readonly<{ paymentId: PaymentId; nonce: string }>,
  now: number,
): ReadNonce | null {
  const read = readNonce(ring, holder, form, sent.nonce, now);
  return read?.subject.startsWith(`${sent.paymentId}:`) ? read : null;
}

export function subjectOf(paymentId: PaymentId, seen: LastSeen): string {
  return `${paymentId}:${seen ?? "nothing"}`;
}
