import type { FinishOutcome } from "./finish-setup";

export const SETUP_OVER = "This server has been set up already. Sign in, or ask its owner for an invitation.";

type Refusal = Readonly<{ message: string; next: { href: string; label: string } | null }>;

/** What is told for each outcome but the good one; `next` where another code will not help. */
export const FINISH_MESSAGES: Readonly<Record<Exclude<FinishOutcome["kind"], "done">, Refusal>> = {
  wrong: {
    message: "That code is not right. Check that your phone sets its clock by itself, and type the code it shows now.",
    next: null,
  },
  malformed: { message: "An authentication code has six digits. Type the one your app shows now.", next: null },
  gone: {
    message: "This set-up has expired, or saw too many wrong codes.",
    next: { href: "/setup", label: "Start again" },
  },
  over: { message: SETUP_OVER, next: { href: "/login", label: "Sign in" } },
};
