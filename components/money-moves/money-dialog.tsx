"use client";

import { LoaderCircle } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { MoneyAnswer, MoneyInput, MoneyMove, MoneyMoved, MoneyRefused } from "./money-answers";
import { useMoneyMove } from "./use-money-move";

type Props = {
  title: string;
  description: ReactNode;
  confirm: string;
  /** What is said while it is under way. */
  working: string;
  move: MoneyMove;
  send: (input: MoneyInput) => Promise<MoneyAnswer>;
  /** The fields that it has, with their hints. */
  amountHint?: string;
  reasonHint?: string;
  onMoved: (moved: MoneyMoved) => void;
  onClose: () => void;
};

/** What is about to be done, how much of it, and the button that does it. */
export function MoneyDialog({ title, description, confirm, working, send, onMoved, onClose, ...props }: Props) {
  const { move: current, ...hints } = props;
  // As it was when the dialog opened: the page behind it refreshes itself, and the nonce of what it shows by then would
  // make what is sent again after a lost answer something new.
  const [move] = useState(current);
  const nonce = useRef(current.nonce);
  const { run, pending, refusal } = useMoneyMove();
  const form = useRef<HTMLFormElement>(null);
  useFocusOn(form, refusal);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    const moved = await run(async () => {
      const answer = await send({ nonce: nonce.current, amount: text("amount"), reason: text("reason") });
      if (answer.kind === "refused" && answer.renewed !== undefined) nonce.current = answer.renewed;
      return answer;
    });
    if (moved !== null) onMoved(moved);
  }

  const problemAt = (field: "amount" | "reason") => (refusal?.field === field ? refusal.message : undefined);
  return (
    <Dialog title={title} description={description} onClose={onClose}>
      {(close) => (
        <form ref={form} method="post" onSubmit={submit} noValidate className="space-y-4 px-6 pt-4 pb-6">
          {refusal !== null && refusal.field === null && <FormError message={refusal.message} attempt={refusal} />}
          {hints.amountHint !== undefined && (
            <Field
              name="amount"
              label="Amount"
              hint={hints.amountHint}
              error={problemAt("amount")}
              value={move.left.decimal}
              readOnly={pending}
            />
          )}
          {hints.reasonHint !== undefined && (
            <Field
              name="reason"
              label="Reason"
              hint={hints.reasonHint}
              error={problemAt("reason")}
              value=""
              readOnly={pending}
            />
          )}
          <div className="flex flex-col gap-2 pt-1">
            <Button type="submit" size="lg" className="relative" aria-disabled={pending || undefined}>
              {pending && <LoaderCircle aria-hidden="true" className="absolute left-4 animate-spin" />}
              {confirm}
            </Button>
            <Button type="button" variant="ghost" size="lg" onClick={close}>
              Cancel
            </Button>
            <p role="status" className="sr-only">
              {pending ? working : ""}
            </p>
          </div>
        </form>
      )}
    </Dialog>
  );
}

type FieldProps = {
  name: "amount" | "reason";
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  readOnly: boolean;
};

function Field({ name, label, hint, error, value, readOnly }: FieldProps) {
  const id = useId();
  const isAmount = name === "amount";
  return (
    <div className="space-y-1.5">
      <Label htmlFor={id}>{label}</Label>
      <Input
        id={id}
        name={name}
        defaultValue={value}
        readOnly={readOnly}
        inputMode={isAmount ? "decimal" : "text"}
        autoComplete="off"
        maxLength={isAmount ? 32 : 500}
        // Typing begins a new amount instead of adding to the one that is filled in.
        onFocus={isAmount ? (event) => event.currentTarget.select() : undefined}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={`${id}-hint`}
        className="h-11 tabular-nums md:text-base"
      />
      <p
        id={`${id}-hint`}
        className={`min-h-4 text-xs ${error === undefined ? "text-muted-foreground" : "text-danger"}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

/** To the field that a refusal is about. */
function useFocusOn(form: { current: HTMLFormElement | null }, refusal: MoneyRefused | null): void {
  useEffect(() => {
    const field = refusal?.field && form.current?.elements.namedItem(refusal.field);
    if (field instanceof HTMLElement) field.focus();
  }, [form, refusal]);
}
