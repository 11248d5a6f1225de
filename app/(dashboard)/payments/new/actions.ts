"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { TerminalState } from "@/components/terminal/terminal-state";
import { formAction } from "@/lib/boundary/action";
import { newTerminalForm, takeTerminalPayment } from "@/lib/dashboard-forms/take-terminal-payment";
import type { ErrorCode } from "@/lib/errors/error-codes";
import { ERROR_CODES } from "@/lib/errors/error-codes";
import { paymentServices } from "@/lib/payments/payment-services";
import { deskOf, keptOf, NOTHING_KEPT, stateOfPayment } from "./terminal-view";

// Far above what is ever right: what is longer is refused as it stands, and costs nothing.
const typed = z.string().max(2_000);
const input = z.strictObject({
  form: typed,
  amount: typed,
  currency: typed,
  number: typed,
  expiry: typed,
  cvc: typed,
  reference: typed,
});

/** Takes the payment of a typed card. Nothing of the card is in the answer. */
export const takePayment = formAction<typeof input, TerminalState>(
  {
    name: "take_payment",
    permission: "payments:write",
    policy: "move_money",
    staysSignedOut: true,
    input,
    onError: refused,
  },
  async ({ session, context }, { form, ...text }) => {
    const desk = { ...deskOf(await paymentServices(), session), context };
    const outcome = await takeTerminalPayment(desk, form, text);
    switch (outcome.kind) {
      case "invalid":
        return { kind: "open", form, kept: keptOf(text), errors: outcome.errors, alert: null };
      case "stale":
        return {
          kind: "open",
          form: await newTerminalForm(desk),
          kept: keptOf(text),
          errors: {},
          alert: { kind: "refused", message: TOO_OLD },
        };
      case "asked":
      case "spent":
        // The page of this form, wherever it is kept, tells what became of it from now on.
        revalidatePath("/payments/new");
        return stateOfPayment(desk, session, form, outcome.payment, earlierOf(outcome));
    }
  },
);

const TOO_OLD =
  "This form was opened more than 12 hours ago, or by somebody else, so nothing was sent. If you had sent it before, look under Transactions first; if not, type the card once more.";

function earlierOf(outcome: { kind: "spent" } | { kind: "asked"; again: boolean }) {
  if (outcome.kind === "spent") return "spent";
  return outcome.again ? "same" : "no";
}

/** Where it is not sure that nothing was taken, the page says so and shows the way to find out. */
function refused(message: string, sent: Readonly<Record<string, unknown>>, code: ErrorCode): TerminalState {
  const form = typeof sent.form === "string" ? sent.form : "";
  if (ERROR_CODES[code][0] >= 500 || code === "idempotency_key_in_use") return { kind: "lost", form };
  const kept = { ...NOTHING_KEPT, ...keptOf(sent) };
  return { kind: "open", form, kept, errors: {}, alert: { kind: "refused", message } };
}
