"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useEffect, useState } from "react";
import { TerminalForm } from "./terminal-form";
import { TerminalLost, TerminalOutcome } from "./terminal-outcome";
import type { TerminalAction, TerminalCurrency, TerminalState } from "./terminal-state";

type Props = {
  /** What the server knows of the form in the address. */
  initial: TerminalState;
  /** The form in the address. */
  address: string;
  action: TerminalAction;
  currencies: Readonly<{ used: readonly TerminalCurrency[]; others: readonly TerminalCurrency[] }>;
};

/** The virtual terminal. Another form in the address than those of this visit begins another visit. */
export function Terminal(props: Props) {
  const { address } = props;
  const [visit, setVisit] = useState({ number: 0, forms: [address] });
  if (!visit.forms.includes(address)) setVisit({ number: visit.number + 1, forms: [address] });
  return (
    <Visit
      key={visit.number}
      {...props}
      onForm={(form) => setVisit((now) => (now.forms.includes(form) ? now : { ...now, forms: [...now.forms, form] }))}
    />
  );
}

/** A form, what became of it, and after a declined card the next one. */
function Visit({ initial, address, action, currencies, onForm }: Props & { onForm: (form: string) => void }) {
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is the reason, and where it is told of does not change
  useEffect(() => {
    onForm(state.form);
    if (state.form !== address) window.history.replaceState(null, "", `?form=${state.form}`);
  }, [state.form]);

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
