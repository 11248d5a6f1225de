"use client";

import { type ReactNode, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "./action-button";
import type { Changed, Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { CodeForm } from "./code-form";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

/** A code is under way. `to` is whom it goes to, as far as it may be shown. */
export type SentCode = { kind: "sent"; enrolmentId: string; to: string };

export type CodeChannelActions = Readonly<{
  confirm: (input: { enrolmentId: string; code: string }) => Promise<Sensitive<Changed>>;
  remove: () => Promise<Sensitive<Changed>>;
  signOutOthers: () => Promise<Changed | { kind: "refused"; message: string }>;
}>;

export type StartProps = { pending: boolean; send: (act: () => Promise<Sensitive<SentCode>>) => void };

type Props = {
  title: string;
  about: ReactNode;
  /** Where codes go to, when this is on. */
  enrolledAt: string | null;
  /** A code that was sent before this page was loaded, and may still be typed. */
  open: Omit<SentCode, "kind"> | null;
  /** Why it cannot be turned on, if it cannot. */
  unavailable: string | null;
  removeLabel: string;
  confirmLabel: string;
  actions: CodeChannelActions;
  /** What asks for a first code. */
  start: (props: StartProps) => ReactNode;
};

/** Codes that are sent: by text message, by e-mail. Turned on by a code that has arrived. */
export function CodeChannelSection(props: Props) {
  const { title, about, enrolledAt, open, unavailable, removeLabel, confirmLabel, actions, start } = props;
  const { run, pending, refusal, clear } = useSecurityAction();
  const [sent, setSent] = useState<Omit<SentCode, "kind"> | null>(open);
  const [notice, setNotice] = useState<string | null>(null);

  async function send(act: () => Promise<Sensitive<SentCode>>) {
    setNotice(null);
    const answer = await run(act);
    if (answer !== null) setSent(answer);
  }

  async function finish(act: () => Promise<Sensitive<Changed>>) {
    const answer = await run(act);
    if (answer === null) return;
    setSent(null);
    setNotice(answer.notice);
  }

  return (
    <SecuritySection
      title={title}
      about={about}
      state={{ on: enrolledAt !== null, label: enrolledAt === null ? "Off" : "On" }}
    >
      {notice !== null && <ChangeNotice notice={notice} signOutOthers={actions.signOutOthers} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      {unavailable !== null && <p className="text-sm">{unavailable}</p>}
      {enrolledAt !== null && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="min-w-0 text-sm break-words">
            Codes go to <span className="font-medium tabular-nums">{enrolledAt}</span>
          </p>
          <ActionButton variant="outline" pending={pending} onClick={() => finish(actions.remove)}>
            {removeLabel}
          </ActionButton>
        </div>
      )}
      {enrolledAt === null && unavailable === null && sent === null && start({ pending, send })}
      {enrolledAt === null && sent !== null && (
        <div className="space-y-4 rounded-md border bg-background p-4">
          <p className="text-sm">
            We sent a code to <span className="font-medium tabular-nums">{sent.to}</span>. It works for five minutes.
          </p>
          <CodeForm
            label="Code from the message"
            button={confirmLabel}
            pending={pending}
            invalid={refusal !== null}
            focused={sent !== open}
            onSubmit={(code) => finish(() => actions.confirm({ enrolmentId: sent.enrolmentId, code }))}
            onCancel={() => {
              setSent(null);
              clear();
            }}
          />
        </div>
      )}
    </SecuritySection>
  );
}
