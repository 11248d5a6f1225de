"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import { useSecurityAction } from "@/components/security/use-security-action";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { Invalid, NewSecret } from "../answers";
import { Check, Field, Hint } from "../form-parts";
import type { AddEndpoint } from "./webhook-answers";

const EVERY = "*";

type Props = {
  /** `*`, then every type of event. */
  types: readonly string[];
  onAdd: AddEndpoint;
  onAdded: (endpoint: NewSecret) => void;
  onCancel: () => void;
};

/** Where to, and what of. What was typed stays whatever comes of it. */
export function AddEndpointForm({ types, onAdd, onAdded, onCancel }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [invalid, setInvalid] = useState<Invalid | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([EVERY]);
  const form = useRef<HTMLFormElement>(null);
  const errorOf = (field: string) => (invalid?.field === field && !pending ? invalid.message : undefined);
  useEffect(() => form.current?.querySelector<HTMLElement>(`[name="${invalid?.field ?? "url"}"]`)?.focus(), [invalid]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const url = String(new FormData(event.currentTarget).get("url") ?? "").trim();
    if (url === "") {
      setInvalid({ kind: "invalid", field: "url", message: "Type where your server listens." });
      return;
    }
    const answer = await run(() => onAdd({ url, events: [...chosen] }));
    if (answer?.kind === "invalid") setInvalid(answer);
    if (answer?.kind === "secret") onAdded(answer);
  }

  // Every one, or some.
  function choose(type: string, on: boolean) {
    const others = chosen.filter((each) => each !== type && (type === EVERY ? false : each !== EVERY));
    setChosen(on ? [...others, type] : others);
  }

  return (
    <section aria-labelledby="add-endpoint" className="mb-4 rounded-lg border bg-card p-5">
      <h2 id="add-endpoint" className="mb-4 text-sm font-semibold">
        New webhook endpoint
      </h2>
      <form ref={form} method="post" noValidate onSubmit={submit} className="space-y-4">
        {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
        <Field
          id="endpoint-url"
          label="URL"
          hint="Reachable from the Internet. Redirects are not followed."
          error={errorOf("url")}
        >
          <Input
            id="endpoint-url"
            name="url"
            type="url"
            inputMode="url"
            maxLength={2_000}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://shop.example/webhooks"
            aria-invalid={errorOf("url") !== undefined || undefined}
            aria-describedby="endpoint-url-hint"
          />
        </Field>
        <fieldset aria-describedby="endpoint-events-hint">
          <legend className="text-sm font-medium">Events</legend>
          <div className="mt-2 grid rounded-md border p-1.5 sm:grid-cols-2 lg:grid-cols-3">
            {types.map((type) => (
              <Check
                key={type}
                name="events"
                value={type}
                checked={chosen.includes(type)}
                {...(type === EVERY ? { about: "Every event, also those to come" } : {})}
                onChange={(on) => choose(type, on)}
              />
            ))}
          </div>
          <Hint id="endpoint-events" hint="" error={errorOf("events")} />
        </fieldset>
        <div className="flex flex-wrap gap-2">
          <ActionButton type="submit" pending={pending}>
            Create endpoint
          </ActionButton>
          <Button type="button" variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </section>
  );
}
