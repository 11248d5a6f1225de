"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import type { CreateKey, Invalid, NewSecret } from "../answers";
import { Check, Field, Hint } from "../form-parts";
import { PERMISSION_WORDS } from "./permission-words";

const EXPIRY = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
] as const;

type Props = {
  /** `test`, and `live` where the acquirer takes real money. */
  modes: readonly string[];
  onCreate: CreateKey;
  onCreated: (key: NewSecret) => void;
  onCancel: () => void;
};

/** What a new key may do, from where and for how long. What was typed stays whatever comes of it. */
export function CreateKeyForm({ modes, onCreate, onCreated, onCancel }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [invalid, setInvalid] = useState<Invalid | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(API_PERMISSIONS));
  const form = useRef<HTMLFormElement>(null);
  const errorOf = (field: string) => (invalid?.field === field && !pending ? invalid.message : undefined);
  useEffect(() => focusOn(form.current, invalid?.field ?? "name"), [invalid]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    if (text("name").trim() === "") {
      setInvalid({ kind: "invalid", field: "name", message: "Give the key a name." });
      return;
    }
    const permissions = API_PERMISSIONS.filter((permission) => chosen.has(permission));
    const key = { name: text("name"), mode: modes.length > 1 ? text("mode") : (modes[0] ?? "test"), permissions };
    const answer = await run(() =>
      onCreate({ ...key, addresses: text("ipAllowList"), expiresInDays: text("expiresInDays") }),
    );
    if (answer?.kind === "invalid") setInvalid(answer);
    if (answer?.kind === "secret") onCreated(answer);
  }

  return (
    <section aria-labelledby="create-key" className="mb-4 rounded-lg border bg-card p-5">
      <h2 id="create-key" className="mb-4 text-sm font-semibold">
        New API key
      </h2>
      <form ref={form} method="post" noValidate onSubmit={submit} className="space-y-4">
        {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
          <Field id="key-name" label="Name" hint="Where it is used: “Web shop”" error={errorOf("name")}>
            <Input
              id="key-name"
              name="name"
              maxLength={80}
              required
              autoComplete="off"
              aria-invalid={errorOf("name") !== undefined || undefined}
              aria-describedby="key-name-hint"
            />
          </Field>
          {modes.length > 1 && (
            <Field id="key-mode" label="Mode" hint="Live keys move real money" error={errorOf("mode")}>
              <NativeSelect id="key-mode" name="mode" defaultValue="test" aria-describedby="key-mode-hint">
                {modes.map((mode) => (
                  <NativeSelectOption key={mode}>{mode}</NativeSelectOption>
                ))}
              </NativeSelect>
            </Field>
          )}
          <Field id="key-expiry" label="Expires" hint="Calls are refused from then on" error={errorOf("expiresInDays")}>
            <NativeSelect id="key-expiry" name="expiresInDays" defaultValue="365" aria-describedby="key-expiry-hint">
              {EXPIRY.map(({ value, label }) => (
                <NativeSelectOption key={label} value={value}>
                  {label}
                </NativeSelectOption>
              ))}
            </NativeSelect>
          </Field>
        </div>
        <Permissions chosen={chosen} onChoose={setChosen} error={errorOf("permissions")} />
        <Addresses error={errorOf("ipAllowList")} />
        <div className="flex flex-wrap gap-2">
          <ActionButton type="submit" pending={pending}>
            Create key
          </ActionButton>
          <Button type="button" variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </section>
  );
}

type PermissionsProps = {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  error: string | undefined;
};

function Permissions({ chosen, onChoose, error }: PermissionsProps) {
  function toggle(permission: string, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(permission);
    else next.delete(permission);
    onChoose(next);
  }
  return (
    <fieldset aria-describedby="key-permissions-hint">
      <legend className="text-sm font-medium">Permissions</legend>
      <div className="mt-2 grid rounded-md border p-1.5 sm:grid-cols-2">
        {API_PERMISSIONS.map((permission) => (
          <Check
            key={permission}
            name="permissions"
            value={permission}
            checked={chosen.has(permission)}
            about={PERMISSION_WORDS[permission]}
            onChange={(on) => toggle(permission, on)}
          />
        ))}
      </div>
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-2">
        <Hint id="key-permissions" hint="Leave it what it needs, and nothing else" error={error} />
        <span className="flex gap-1">
          <Button type="button" variant="ghost" size="xs" onClick={() => onChoose(new Set(API_PERMISSIONS))}>
            Choose all
          </Button>
          <Button type="button" variant="ghost" size="xs" onClick={() => onChoose(new Set())}>
            Choose none
          </Button>
        </span>
      </div>
    </fieldset>
  );
}

function Addresses({ error }: { error: string | undefined }) {
  return (
    <Field
      id="key-addresses"
      label="Allowed addresses"
      hint="Optional: addresses or CIDR blocks of your servers, one a line. Empty allows any."
      error={error}
    >
      <textarea
        id="key-addresses"
        name="ipAllowList"
        rows={3}
        maxLength={4_000}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={error !== undefined || undefined}
        aria-describedby="key-addresses-hint"
        className="w-full rounded-md border border-input bg-transparent px-3 py-2 font-mono text-base shadow-xs outline-none focus-visible:border-ring focus-visible:ring-[3px] focus-visible:ring-ring/50 aria-invalid:border-destructive md:text-sm dark:bg-input/30"
      />
    </Field>
  );
}

/** To a field by its name: the one that is wrong, or the first when the form comes. */
function focusOn(form: HTMLFormElement | null, name: string): void {
  form?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
}
