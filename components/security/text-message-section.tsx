"use client";

import type { ComponentProps, FormEvent } from "react";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { ActionButton } from "./action-button";
import type { Sensitive } from "./answers";
import { type CodeChannelActions, CodeChannelSection, type SentCode, type StartProps } from "./code-channel-section";

export type TextMessageActions = CodeChannelActions &
  Readonly<{ begin: (input: { phone: string }) => Promise<Sensitive<SentCode>> }>;

type Props = { hint: string | null; actions: TextMessageActions } & Pick<
  ComponentProps<typeof CodeChannelSection>,
  "open" | "unavailable"
>;

export function TextMessageSection({ hint, open, unavailable, actions }: Props) {
  return (
    <CodeChannelSection
      title="Text message"
      about="A code by text message when you sign in. Weaker than an app: phone numbers can be taken over, so it never confirms a sensitive act."
      enrolledAt={hint}
      open={open}
      unavailable={unavailable}
      removeLabel="Remove phone number"
      confirmLabel="Confirm number"
      actions={actions}
      start={(start) => <PhoneForm {...start} begin={actions.begin} />}
    />
  );
}

function PhoneForm({ pending, send, begin }: StartProps & Pick<TextMessageActions, "begin">) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const phone = String(new FormData(event.currentTarget).get("phone"));
    send(() => begin({ phone }));
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <div className="w-full max-w-60 space-y-2">
        <Label htmlFor="phone">Phone number</Label>
        <Input
          id="phone"
          name="phone"
          type="tel"
          autoComplete="tel"
          placeholder="+91 98765 43210"
          required
          maxLength={100}
          className="h-9 tabular-nums"
        />
      </div>
      <ActionButton type="submit" variant="outline" pending={pending}>
        Send code by text
      </ActionButton>
    </form>
  );
}
