"use client";

import type { ComponentProps } from "react";
import { ActionButton } from "./action-button";
import type { Sensitive } from "./answers";
import { type CodeChannelActions, CodeChannelSection, type SentCode } from "./code-channel-section";

export type EmailActions = CodeChannelActions & Readonly<{ begin: () => Promise<Sensitive<SentCode>> }>;

type Props = { email: string; enrolled: boolean; actions: EmailActions } & Pick<
  ComponentProps<typeof CodeChannelSection>,
  "open" | "unavailable"
>;

export function EmailSection({ email, enrolled, open, unavailable, actions }: Props) {
  return (
    <CodeChannelSection
      title="Email"
      about="A code by email when you sign in. Weaker than an app: whoever reads your mail gets in, so it never confirms a sensitive act."
      enrolledAt={enrolled ? email : null}
      open={open}
      unavailable={unavailable}
      removeLabel="Remove email codes"
      confirmLabel="Confirm email"
      actions={actions}
      start={({ pending, send }) => (
        <ActionButton variant="outline" pending={pending} onClick={() => send(actions.begin)}>
          Send code by email
        </ActionButton>
      )}
    />
  );
}
