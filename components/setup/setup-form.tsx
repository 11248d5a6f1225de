"use client";

import { type FormEvent, startTransition, useActionState } from "react";
import { FormError } from "@/components/auth/form-error";
import { NewPasswordField } from "@/components/auth/new-password-field";
import { SubmitButton } from "@/components/auth/submit-button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { SETUP_IDLE, type SetupState } from "./setup-state";
import { TimeZoneField } from "./time-zone-field";

type Props = {
  action: (previous: SetupState, form: FormData) => Promise<SetupState>;
  countries: readonly { code: string; name: string }[];
  /** A guess; null for none. */
  country: string | null;
  timeZones: readonly string[];
  passwordLengthMin: number;
};

/** The first step of the first run: the business, and who owns it. */
export function SetupForm({ action, countries, country, timeZones, passwordLengthMin }: Props) {
  const [state, send, pending] = useActionState(action, SETUP_IDLE);
  const failed = state.kind === "failed" ? state : null;
  const isWrong = (field: string) => failed?.field === field;

  // Not as the form's action: React would empty the form after each answer, and put its selects back to their first value.
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(() => send(form));
  }

  return (
    // POST, so that nothing typed before the script has loaded ends up in an address.
    <form method="post" onSubmit={submit} className="space-y-5 [&_[data-slot=native-select-wrapper]]:w-full">
      {failed !== null && <FormError message={failed.message} attempt={failed} />}
      <TextField
        name="businessName"
        label="Business name"
        autoComplete="organization"
        invalid={isWrong("businessName")}
      />
      <div className="space-y-2">
        <Label htmlFor="country">Country</Label>
        <NativeSelect
          id="country"
          name="country"
          required
          autoComplete="country"
          defaultValue={country ?? ""}
          aria-invalid={isWrong("country") || undefined}
          className="h-10"
        >
          <NativeSelectOption value="">Choose a country</NativeSelectOption>
          {countries.map(({ code, name }) => (
            <NativeSelectOption key={code} value={code}>
              {name}
            </NativeSelectOption>
          ))}
        </NativeSelect>
      </div>
      <TimeZoneField timeZones={timeZones} invalid={isWrong("timeZone")} />
      <TextField name="name" label="Your name" autoComplete="name" invalid={isWrong("name")} />
      <TextField name="email" label="Email" type="email" autoComplete="username" invalid={isWrong("email")} />
      <NewPasswordField id="password" label="Password" lengthMin={passwordLengthMin} invalid={isWrong("password")} />
      <SubmitButton pending={pending}>Continue</SubmitButton>
    </form>
  );
}

type TextFieldProps = {
  name: string;
  label: string;
  type?: "text" | "email";
  autoComplete: string;
  invalid: boolean;
};

function TextField({ name, label, type = "text", autoComplete, invalid }: TextFieldProps) {
  return (
    <div className="space-y-2">
      <Label htmlFor={name}>{label}</Label>
      <Input
        id={name}
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoCapitalize={type === "email" ? "none" : undefined}
        spellCheck={false}
        required
        maxLength={type === "email" ? 254 : 100}
        aria-invalid={invalid || undefined}
        className="h-10"
      />
    </div>
  );
}
