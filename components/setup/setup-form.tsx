"use client";

import { useActionState } from "react";
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
  const [state, submit, pending] = useActionState(action, SETUP_IDLE);
  const failed = state.kind === "failed" ? state : null;
  const isWrong = (field: string) => failed?.field === field;
  return (
    <form action={submit} className="space-y-5">
      {failed !== null && <FormError message={failed.message} attempt={failed} />}
      <TextField
        name="businessName"
        label="Business name"
        autoComplete="organization"
        invalid={isWrong("businessName")}
        value={failed?.values.businessName}
      />
      <div className="space-y-2">
        <Label htmlFor="country">Country</Label>
        <NativeSelect
          // React puts a form's selects back to their first value after an action: a new key, and it has the one chosen.
          key={failed?.values.country}
          id="country"
          name="country"
          required
          autoComplete="country"
          defaultValue={failed?.values.country ?? country ?? ""}
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
      <TimeZoneField timeZones={timeZones} chosen={failed?.values.timeZone ?? null} invalid={isWrong("timeZone")} />
      <TextField
        name="name"
        label="Your name"
        autoComplete="name"
        invalid={isWrong("name")}
        value={failed?.values.name}
      />
      <TextField
        name="email"
        label="Email"
        type="email"
        autoComplete="username"
        invalid={isWrong("email")}
        value={failed?.values.email}
      />
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
  value: string | undefined;
};

function TextField({ name, label, type = "text", autoComplete, invalid, value }: TextFieldProps) {
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
        defaultValue={value}
        aria-invalid={invalid || undefined}
        className="h-10"
      />
    </div>
  );
}
