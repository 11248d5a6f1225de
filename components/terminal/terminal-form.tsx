"use client";

import { LoaderCircle } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import {
  checkTerminal,
  TERMINAL_FIELDS,
  type TerminalErrors,
  tidyTerminal,
} from "@/lib/dashboard-forms/terminal-fields";
import { CurrencyField } from "./currency-field";
import { TerminalAlertBox } from "./terminal-alert";
import { TerminalInput } from "./terminal-field";
import type { TerminalCurrency, TerminalState } from "./terminal-state";

type Props = {
  state: Extract<TerminalState, { kind: "open" }>;
  submit: (form: FormData) => void;
  pending: boolean;
  currencies: Readonly<{ used: readonly TerminalCurrency[]; others: readonly TerminalCurrency[] }>;
};

const CARD_FIELDS = ["number", "expiry", "cvc"] as const;

/** What a card is charged with. The card's fields are emptied as soon as they have been sent. */
export function TerminalForm({ state, submit, pending, currencies }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [found, setFound] = useState<TerminalErrors | null>(null);
  const errors = pending ? {} : (found ?? state.errors);
  const { kept } = state;
  useFocusOnFirst(form, errors);

  function look(event: FormEvent<HTMLFormElement>) {
    // A double click sends it once; the server would take it once all the same.
    if (pending) return event.preventDefault();
    const fields = event.currentTarget;
    const problems = problemsOf(new FormData(fields), [...currencies.used, ...currencies.others]);
    setFound(problems);
    if (problems !== null) return event.preventDefault();
    // After this event, in which React reads what is to be sent.
    queueMicrotask(() => empty(fields));
  }

  return (
    // Checked here, in one voice with the server, instead of by the browser's bubbles.
    <form ref={form} action={submit} onSubmit={look} noValidate className="space-y-4 px-5 pt-5 pb-6">
      <input type="hidden" name="form" value={state.form} />
      {state.alert !== null && found === null && !pending && <TerminalAlertBox alert={state.alert} attempt={state} />}
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <TerminalInput
          name="amount"
          label="Amount"
          hint="Digits and a point"
          error={errors.amount}
          defaultValue={kept.amount}
          readOnly={pending}
          inputMode="decimal"
          maxLength={32}
          required
          className="tabular-nums"
        />
        <CurrencyField value={kept.currency} attempt={state} {...currencies} error={errors.currency} />
      </div>
      <TerminalInput
        name="number"
        label="Card number"
        hint="12 to 19 digits"
        error={errors.number}
        readOnly={pending}
        inputMode="numeric"
        maxLength={40}
        required
        className="tabular-nums tracking-wide"
      />
      <div className="grid grid-cols-2 gap-x-4">
        <TerminalInput
          name="expiry"
          label="Expiry"
          hint="MM/YY"
          error={errors.expiry}
          readOnly={pending}
          inputMode="numeric"
          maxLength={12}
          required
          className="tabular-nums"
        />
        <TerminalInput
          name="cvc"
          label="CVC"
          hint="3 digits, Amex 4"
          error={errors.cvc}
          readOnly={pending}
          inputMode="numeric"
          maxLength={8}
          required
          className="tabular-nums"
        />
      </div>
      <TerminalInput
        name="reference"
        label="Reference"
        hint="Optional: your order number. Each is paid once."
        error={errors.reference}
        defaultValue={kept.reference}
        readOnly={pending}
        maxLength={255}
      />
      <div className="space-y-2 pt-1">
        <Button type="submit" size="lg" className="relative h-11 w-full" aria-disabled={pending || undefined}>
          {pending && <LoaderCircle aria-hidden="true" className="absolute left-4 animate-spin" />}
          Take payment
        </Button>
        <p role="status" className="min-h-5 text-center text-sm text-muted-foreground">
          {pending ? "Taking the payment…" : ""}
        </p>
      </div>
    </form>
  );
}

/** What the browser can tell by itself; null when there is nothing to tell. */
function problemsOf(sent: FormData, currencies: readonly TerminalCurrency[]): TerminalErrors | null {
  const text = (name: string) => String(sent.get(name) ?? "");
  const [amount, currency, number, expiry, cvc, reference] = TERMINAL_FIELDS.map(text);
  const typed = tidyTerminal({
    amount: amount ?? "",
    currency: currency ?? "",
    number: number ?? "",
    expiry: expiry ?? "",
    cvc: cvc ?? "",
    reference: reference ?? "",
  });
  const decimalsOf = (code: string) => currencies.find((known) => known.code === code)?.decimals ?? null;
  return checkTerminal(typed, decimalsOf, new Date()).errors;
}

function empty(fields: HTMLFormElement): void {
  for (const name of CARD_FIELDS) {
    const field = fields.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = "";
  }
}

/** To the first field that is wrong, each time that some are. */
function useFocusOnFirst(form: { current: HTMLFormElement | null }, errors: TerminalErrors): void {
  const first = TERMINAL_FIELDS.find((name) => errors[name] !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `errors` is new with each try, also where the same field is wrong
  useEffect(() => {
    const field = first && form.current?.elements.namedItem(first);
    if (field instanceof HTMLElement) field.focus();
  }, [errors]);
}
