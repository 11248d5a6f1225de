import type { MoneyText } from "@/components/payments/money";
import type { TerminalErrors } from "@/lib/dashboard-forms/terminal-fields";
import type { PaymentStatus } from "@/lib/payments/payment-status";

/** What stays in the form when it comes back. Never anything of a card. */
export type KeptFields = Readonly<{ amount: string; currency: string; reference: string }>;

/** A payment as the terminal shows it. */
export type TerminalPayment = Readonly<{
  id: string;
  status: PaymentStatus;
  amount: MoneyText;
  card: Readonly<{ brand: string; lastFour: string }>;
  reference: string | null;
}>;

export type TerminalAlert =
  | Readonly<{ kind: "declined"; reason: string; paymentId: string }>
  | Readonly<{ kind: "refused"; message: string }>;

/** Where the terminal stands. `form` is the nonce of the form that is shown, or that was sent. */
export type TerminalState = Readonly<{ form: string }> &
  (
    | Readonly<{ kind: "open"; kept: KeptFields; errors: TerminalErrors; alert: TerminalAlert | null }>
    /** The acquirer has answered, or not yet. `earlier`: an earlier sending of the form took it, with other values if `spent`. */
    | Readonly<{ kind: "asked"; payment: TerminalPayment; earlier: "no" | "same" | "spent" }>
    /** The answer was lost on its way here. */
    | Readonly<{ kind: "lost" }>
  );

export type TerminalAction = (...sent: [state: TerminalState, form: FormData]) => Promise<TerminalState>;

export type TerminalCurrency = Readonly<{ code: string; name: string; decimals: number }>;
