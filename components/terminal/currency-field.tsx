"use client";

import { useLayoutEffect, useRef } from "react";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOptGroup, NativeSelectOption } from "@/components/ui/native-select";
import { FieldHint } from "./terminal-field";
import type { TerminalCurrency } from "./terminal-state";

type Props = {
  value: string;
  /** New with each answer of the server. */
  attempt: unknown;
  /** The merchant's own first; they are not named again among the others. */
  used: readonly TerminalCurrency[];
  others: readonly TerminalCurrency[];
  error: string | undefined;
};

export function CurrencyField({ value, attempt, used, others, error }: Props) {
  const select = useRef<HTMLSelectElement>(null);
  // React resets a form that it has sent, and a select then forgets its default.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the reason to choose again
  useLayoutEffect(() => {
    if (select.current) select.current.value = value;
  }, [attempt]);
  return (
    <div className="min-w-0 space-y-1.5 [&_[data-slot=native-select-wrapper]]:w-full">
      <Label htmlFor="payment-currency">Currency</Label>
      <NativeSelect
        ref={select}
        id="payment-currency"
        name="currency"
        defaultValue={value}
        autoComplete="off"
        aria-invalid={error !== undefined || undefined}
        aria-describedby="payment-currency-hint"
        className="h-11 text-base"
      >
        {used.length === 0 ? (
          <Options currencies={others} />
        ) : (
          <>
            <NativeSelectOptGroup label="Used lately">
              <Options currencies={used} />
            </NativeSelectOptGroup>
            <NativeSelectOptGroup label="All others">
              <Options currencies={others} />
            </NativeSelectOptGroup>
          </>
        )}
      </NativeSelect>
      <FieldHint name="currency" hint="What the card is charged in" error={error} />
    </div>
  );
}

function Options({ currencies }: { currencies: readonly TerminalCurrency[] }) {
  return currencies.map(({ code, name }) => (
    <NativeSelectOption key={code} value={code}>
      {code} · {name}
    </NativeSelectOption>
  ));
}
