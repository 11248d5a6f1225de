import { decided, type Outcome } from "./answers";
import type { Books } from "./books";
import { type Charge, newChargeId } from "./charge-store";
import type { ChargeRequest } from "./requests";
import { behaviourOf, type DeclineCode } from "./test-cards";
import { chargeView } from "./views";

const DECLINE_MESSAGES: Readonly<Record<DeclineCode, string>> = {
  card_declined: "The issuer declined the card.",
  insufficient_funds: "The account has not enough funds.",
  expired_card: "The card has expired.",
  incorrect_cvc: "The security code is wrong.",
  processing_error: "The issuer could not process the charge.",
};

/** Takes the charge of this idempotency key, or gives the answer it was given before. Runs inside a ledger write. */
export function takeCharge({ answers, charges, callbacks }: Books, key: string, request: ChargeRequest): Outcome {
  const behaviour = behaviourOf(request.card.number);
  return answers.once(key, summarize(request), () => {
    const { idleCalls } = behaviour;
    if (idleCalls !== null && answers.countCall(key) <= idleCalls.count) {
      return decided.dropped(500, "internal_error", "Nothing was done.", idleCalls.delivery);
    }
    const charge = toCharge(key, request);
    // In the books without an answer: it was imported, and nobody can tell whether this is the same request.
    if (!charges.insert(charge)) return answers.conflict;
    callbacks.announceCharge(charge, behaviour.callbacks);
    if (charge.declineCode === null) return decided.kept(201, chargeView(charge), behaviour.charge);
    const error = { code: charge.declineCode, message: DECLINE_MESSAGES[charge.declineCode] };
    return decided.kept(402, { error, charge: chargeView(charge) }, behaviour.charge);
  });
}

function toCharge(key: string, request: ChargeRequest): Charge {
  const { amount, card, capture } = request;
  const behaviour = behaviourOf(card.number);
  const approvedState = capture ? "captured" : "authorized";
  return {
    id: newChargeId(),
    idempotencyKey: key,
    merchant: request.merchant,
    reference: request.reference,
    currency: request.currency,
    decimals: BigInt(amount.decimals),
    amount: amount.units,
    captured: capture && behaviour.decline === null ? amount.units : 0n,
    refunded: 0n,
    state: behaviour.decline === null ? approvedState : "declined",
    declineCode: behaviour.decline,
    last4: card.number.slice(-4),
    refundDelivery: behaviour.refund,
    createdAt: new Date().toISOString(),
  };
}

// Two cards that share their last four digits and expiry pass for one here: the price of storing nothing from which
// the number could be found again. `cvc` is left out, since a charge may be sent again without it.
function summarize({ amount, card, currency, capture, reference, merchant }: ChargeRequest): string {
  const cardEnd = [card.number.slice(-4), card.exp_month, card.exp_year];
  return JSON.stringify([
    "charge",
    merchant,
    `${amount.units}/${amount.decimals}`,
    currency,
    cardEnd,
    capture,
    reference,
  ]);
}
