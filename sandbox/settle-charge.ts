import { type Amount, unitsAtScale } from "./amounts";
import { type Decision, decided, type Outcome } from "./answers";
import type { Books } from "./books";
import type { Charge } from "./charge-store";
import { newRefundId } from "./refund-store";
import { chargeView, refundView } from "./views";

/** Takes what was held, once; without an amount all of it. What is not taken is released. Runs inside a ledger write. */
export function captureCharge(books: Books, key: string, id: string, amount: Amount | null): Outcome {
  const asked = amount === null ? "all" : `${amount.units}/${amount.decimals}`;
  return onCharge(books, key, id, `capture ${asked}`, (charge) => {
    if (charge.state !== "authorized") return wrongState("captured");
    const units = amount === null ? charge.amount : unitsAtScale(amount, Number(charge.decimals));
    if (units === null) return tooPrecise();
    if (!books.charges.capture(id, units)) {
      return decided.refused(422, "amount_exceeds_authorized", "The amount is more than was authorized.");
    }
    return afterwards(books, id, key);
  });
}

/** Releases what was held. Runs inside a ledger write. */
export function voidCharge(books: Books, key: string, id: string): Outcome {
  return onCharge(books, key, id, "void", () => {
    if (!books.charges.release(id)) return wrongState("voided");
    return afterwards(books, id, key);
  });
}

/** Gives back some of what was taken, never more than is left of it. Runs inside a ledger write. */
export function refundCharge(books: Books, key: string, id: string, amount: Amount): Outcome {
  return onCharge(books, key, id, `refund ${amount.units}/${amount.decimals}`, (charge) => {
    if (charge.state !== "captured") return wrongState("refunded");
    const units = unitsAtScale(amount, Number(charge.decimals));
    if (units === null) return tooPrecise();
    if (!books.charges.addRefund(id, units)) {
      return decided.refused(422, "amount_exceeds_refundable", "The amount is more than is left to refund.");
    }
    const { decimals, currency } = charge;
    const createdAt = new Date().toISOString();
    const refund = { id: newRefundId(), idempotencyKey: key, chargeId: id, units, decimals, currency, createdAt };
    books.refunds.insert(refund);
    books.callbacks.announceRefund(books.charges.find(id) ?? charge, refund);
    return decided.kept(201, refundView(refund), charge.refundDelivery);
  });
}

function onCharge(books: Books, key: string, id: string, action: string, act: (charge: Charge) => Decision): Outcome {
  return books.answers.once(key, JSON.stringify([action, id]), () => {
    const charge = books.charges.find(id);
    return charge === null ? decided.dropped(404, "not_found", "No charge has this id.") : act(charge);
  });
}

function afterwards({ charges, callbacks }: Books, id: string, key: string): Decision {
  const charge = charges.find(id);
  if (charge === null) throw new Error("A charge that was just changed is gone");
  callbacks.announceChange(charge, key);
  return decided.kept(200, chargeView(charge), "at_once");
}

const wrongState = (verb: string): Decision =>
  decided.refused(422, "invalid_state", `The charge cannot be ${verb} in the state it is in.`);

const tooPrecise = (): Decision =>
  decided.refused(422, "amount_precision", "The amount has more decimals than the charge.");
