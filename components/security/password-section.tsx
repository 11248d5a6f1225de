"use client";

import { type FormEvent, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { NewPasswordField } from "@/components/auth/new-password-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { ActionButton } from "./action-button";
import type { Changed, Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

type Props = {
  email: string;
  lengthMin: number;
  onChange: (passwords: { current: string; next: string }) => Promise<Sensitive<Changed>>;
};

export function PasswordSection({ email, lengthMin, onChange }: Props) {
  const { run, pending, refusal, clear } = useSecurityAction();
  const [editing, setEditing] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const passwords = { current: String(fields.get("current")), next: String(fields.get("password")) };
    const answer = await run(() => onChange(passwords));
    if (answer === null) return;
    form.current?.reset();
    setEditing(false);
    setNotice(answer.notice);
  }

  function toggle() {
    clear();
    setNotice(null);
    setEditing(!editing);
  }

  return (
    <SecuritySection title="Password" about="Changing it signs you out everywhere else.">
      {notice !== null && <ChangeNotice notice={notice} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      {editing ? (
        <form ref={form} method="post" onSubmit={submit} className="max-w-sm space-y-4">
          {/* For password managers: whose password this is. */}
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <CurrentPassword />
          <NewPasswordField id="new-password" label="New password" lengthMin={lengthMin} />
          <div className="flex flex-wrap gap-2">
            <ActionButton type="submit" pending={pending}>
              Change password
            </ActionButton>
            <Button type="button" variant="ghost" onClick={toggle}>
              Cancel
            </Button>
          </div>
        </form>
      ) : (
        <Button type="button" variant="outline" onClick={toggle}>
          Change password
        </Button>
      )}
    </SecuritySection>
  );
}

function CurrentPassword() {
  return (
    <div className="space-y-2">
      <Label htmlFor="current-password">Current password</Label>
      <Input
        id="current-password"
        name="current"
        type="password"
        autoComplete="current-password"
        autoCapitalize="none"
        spellCheck={false}
        required
        className="h-10"
      />
    </div>
  );
}
