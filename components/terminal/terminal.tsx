"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useEffect } from "react";
import { TerminalForm } from "./terminal-form";
import { TerminalLost, TerminalOutcome } from "./terminal-outcome";
import type { TerminalAction, TerminalCurrency, TerminalState } from "./terminal-state";

type Props = {
  /** What the server knows of the form in the address, or a new form. */
  initial: TerminalState;
  /** The form in the address when `initial` was made. */
  address: string;
  action: TerminalAction;
  currencies: Readonly<{ used: readonly TerminalCurrency[]; others: readonly TerminalCurrency[] }>;
};

/** The virtual terminal: a form, and what became of it. */
export function Terminal({ initial, address, action, currencies }: Props) {
  const [answered, submit, sending] = useActionState(send, initial);
  // What was pending when it was answered may have been settled since, and the page was asked for again.
  const isPending = answered.kind === "asked" && answered.payment.status === "pending" && answered.form === address;
  const state = isPending && tellsOutcome(initial) ? initial : answered;

  async function send(before: TerminalState, sent: FormData): Promise<TerminalState> {
    try {
      return await action(before, sent);
    } catch (error) {
      unstable_rethrow(error);
      return { kind: "lost", form: String(sent.get("form")) };
    }
  }

  // The form stands in the address: whoever reloads the page, comes back to it or opens it twice has the same one, not a new.
  useEffect(() => window.history.replaceState(null, "", `?form=${state.form}`), [state.form]);

  switch (state.kind) {
    case "open":
      return <TerminalForm state={state} submit={submit} pending={sending} currencies={currencies} />;
    case "asked":
      return <TerminalOutcome {...state} />;
    case "lost":
      return <TerminalLost form={state.form} />;
  }
}

function tellsOutcome(state: TerminalState): boolean {
  return state.kind === "asked" || (state.kind === "open" && state.alert?.kind === "declined");
}
