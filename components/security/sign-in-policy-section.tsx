"use client";

import { type FormEvent, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import type { SignInPolicy } from "@/lib/factors/sign-in-policy-store";
import { ActionButton } from "./action-button";
import type { Changed, Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

const FACTORS = [
  { value: "totp", label: "Authenticator app", note: "Strong" },
  { value: "passkey", label: "Passkey", note: "Strong" },
  { value: "sms", label: "Text message", note: "Can be talked out of people" },
  { value: "email", label: "Email", note: "Can be talked out of people" },
] as const;

const IP_POLICIES = [
  { value: "log", label: "Note it", about: "The audit trail says so, and nothing else happens." },
  { value: "step_up", label: "Ask again", about: "They confirm with an authenticator app or passkey before going on." },
  {
    value: "revoke",
    label: "End the session",
    about: "They sign in again. Hard on people whose network changes often.",
  },
] as const;

type Props = { policy: SignInPolicy; onSave: (policy: SignInPolicy) => Promise<Sensitive<Changed>> };

/** How the people of the merchant may sign in. For owners and admins. */
export function SignInPolicySection({ policy, onSave }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [notice, setNotice] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setNotice(null);
    const form = event.currentTarget;
    const next = chosenIn(form, policy);
    const answer = await run(async () => {
      const outcome = await onSave(next);
      // What was chosen is not in force, and must not look as if it were.
      if (outcome.kind === "refused") form.reset();
      return outcome;
    });
    if (answer !== null) setNotice(answer.notice);
  }

  return (
    <SecuritySection title="Sign-in policy" about="For everybody in your business.">
      {notice !== null && <ChangeNotice notice={notice} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      <form method="post" onSubmit={submit} className="space-y-6">
        <fieldset>
          <legend className="text-sm font-medium">People may sign in with</legend>
          <div className="mt-2 divide-y rounded-md border">
            {FACTORS.map(({ value, label, note }) => (
              <Choice
                key={value}
                type="checkbox"
                name="factor"
                value={value}
                checked={policy.allowedFactors.includes(value)}
                label={label}
                about={note}
              />
            ))}
          </div>
          <p className="mt-2 text-xs text-muted-foreground">
            At least one of authenticator app and passkey. Recovery codes always work.
          </p>
        </fieldset>
        <fieldset>
          <legend className="text-sm font-medium">When a session moves to another network address</legend>
          <div className="mt-2 divide-y rounded-md border">
            {IP_POLICIES.map(({ value, label, about }) => (
              <Choice
                key={value}
                type="radio"
                name="ip"
                value={value}
                checked={policy.ipPolicy === value}
                label={label}
                about={about}
              />
            ))}
          </div>
        </fieldset>
        <ActionButton type="submit" pending={pending}>
          Save policy
        </ActionButton>
      </form>
    </SecuritySection>
  );
}

function chosenIn(form: HTMLFormElement, inForce: SignInPolicy): SignInPolicy {
  const fields = new FormData(form);
  const factors = fields.getAll("factor");
  return {
    allowedFactors: FACTORS.map(({ value }) => value).filter((value) => factors.includes(value)),
    ipPolicy: IP_POLICIES.find(({ value }) => value === fields.get("ip"))?.value ?? inForce.ipPolicy,
  };
}

type ChoiceProps = {
  type: "checkbox" | "radio";
  name: string;
  value: string;
  checked: boolean;
  label: string;
  about: string;
};

function Choice({ type, name, value, checked, label, about }: ChoiceProps) {
  const id = `${name}-${value}`;
  return (
    <div className="flex items-start gap-3 px-3.5 py-2.5">
      <input
        id={id}
        type={type}
        name={name}
        value={value}
        defaultChecked={checked}
        aria-describedby={`${id}-about`}
        className="mt-0.5 size-4 shrink-0 accent-primary"
      />
      <div className="min-w-0 flex-1 text-sm sm:flex sm:items-baseline sm:justify-between sm:gap-6">
        <label htmlFor={id} className="block font-medium">
          {label}
        </label>
        <p id={`${id}-about`} className="text-muted-foreground sm:text-right">
          {about}
        </p>
      </div>
    </div>
  );
}
