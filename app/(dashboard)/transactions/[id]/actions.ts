"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { MoneyMoved, MoneyRefused } from "@/components/money-moves/money-answers";
import { action, stepUpAction } from "@/lib/boundary/action";
import {
  type MoneyDesk,
  type MoneyOutcome,
  operateFromDashboard,
  refundFromDashboard,
} from "@/lib/dashboard-forms/move-money";
import { AppError } from "@/lib/errors/app-error";
import { type PaymentId, parseId } from "@/lib/ids/id";
import { paymentServices } from "@/lib/payments/payment-services";
import { noSuchPayment } from "@/lib/payments/refusals";
import { freeText } from "@/lib/sensitive/free-text";
import { type Move, movedNotice } from "./money-words";

type Answer = MoneyMoved | MoneyRefused;

// Far above what is ever right: what is longer is refused as it stands, and costs nothing.
const typed = z.string().max(2_000);
const input = z.strictObject({ paymentId: typed, nonce: typed, amount: typed, reason: typed });
const reasonText = freeText(500);

/** Takes what is held, or a part of it. */
export const capturePayment = action<typeof input, Answer>(
  {
    name: "capture_payment",
    permission: "payments:write",
    policy: "move_money",
    staysSignedOut: true,
    input,
    onError: refused,
  },
  ({ session, context }, { paymentId, nonce, amount }) =>
    act("capture", paymentId, async (id) =>
      operateFromDashboard(await deskOf(session, context), "capture", { paymentId: id, nonce, amount }),
    ),
);

/** Lets go what is held. */
export const voidPayment = action<typeof input, Answer>(
  {
    name: "void_payment",
    permission: "payments:write",
    policy: "move_money",
    staysSignedOut: true,
    input,
    onError: refused,
  },
  ({ session, context }, { paymentId, nonce }) =>
    act("void", paymentId, async (id) =>
      operateFromDashboard(await deskOf(session, context), "void", { paymentId: id, nonce, amount: null }),
    ),
);

/** Gives money back. Above the merchant's limit it asks for a proof first, for exactly this payment and amount. */
export const refundPayment = stepUpAction<typeof input, Answer>(
  {
    name: "refund_payment",
    permission: "payments:write",
    policy: "move_money",
    staysSignedOut: true,
    input,
    onError: refused,
  },
  ({ session, context }, { paymentId, nonce, amount, reason }) =>
    act("refund", paymentId, async (id) => {
      const told = reason.trim() === "" ? null : reasonText.safeParse(reason.trim());
      if (told !== null && !told.success) return REASON_REFUSED;
      const order = { paymentId: id, nonce, amount, reason: told === null ? null : told.data };
      return refundFromDashboard(await deskOf(session, context), order);
    }),
);

const REASON_REFUSED: MoneyRefused = {
  kind: "refused",
  message: "Up to 500 characters, and no card number.",
  field: "reason",
};

const OPEN_LONG =
  "This was open for more than 12 hours, so nothing was sent. Nothing has happened to the payment since: read it over, then confirm again.";

async function deskOf(session: MoneyDesk["session"], context: MoneyDesk["context"]): Promise<MoneyDesk> {
  return { services: await paymentServices(), session, context };
}

/** Does it, and shows the payment's page anew whatever came of it. A refusal about a field is answered, not thrown. */
async function act(
  move: Move,
  paymentId: string,
  work: (id: PaymentId) => Promise<MoneyOutcome | MoneyRefused>,
): Promise<Answer> {
  const id = parseId("pay", paymentId);
  if (id === null) throw noSuchPayment();
  try {
    const outcome = await work(id);
    if ("field" in outcome) return outcome;
    revalidatePath(`/transactions/${id}`);
    if (outcome.kind === "renewed") return { ...refused(OPEN_LONG), renewed: outcome.nonce };
    return outcome.kind === "refused" ? refused(outcome.message) : movedNotice(move, outcome);
  } catch (error) {
    if (!(error instanceof AppError) || error.fields.length === 0) throw error;
    return { kind: "refused", message: error.message, field: "amount" };
  }
}

function refused(message: string): MoneyRefused {
  return { kind: "refused", message, field: null };
}
