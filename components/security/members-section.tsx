"use client";

import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Badge } from "@/components/ui/badge";
import { ActionButton } from "./action-button";
import type { Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

export type MemberRow = Readonly<{
  userId: string;
  name: string;
  email: string;
  role: string;
  disabled: boolean;
  /** They have not set up their sign-in again yet. */
  factorsReset: boolean;
  mayReset: boolean;
}>;

type Props = {
  members: readonly MemberRow[];
  onReset: (input: { userId: string }) => Promise<Sensitive<{ kind: "done" }>>;
};

/** The merchant's people, and a way back in for whoever has lost every factor. */
export function MembersSection({ members, onReset }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [notice, setNotice] = useState<string | null>(null);

  async function reset({ userId, name }: MemberRow) {
    setNotice(null);
    const answer = await run(() => onReset({ userId }));
    if (answer !== null) setNotice(`${name} was sent a link to set up their sign-in again. It works for 24 hours.`);
  }

  return (
    <SecuritySection
      title="Members"
      about="For somebody who has lost every factor: their factors go, their sessions end, and they get an email to set up a new authenticator app or passkey with their password. Make sure first that it is really them who asks."
    >
      {notice !== null && <ChangeNotice notice={notice} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      <ul className="divide-y rounded-md border">
        {members.map((member) => (
          <li key={member.userId} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
            <Person {...member} />
            {member.mayReset && (
              <ActionButton
                variant="outline"
                size="sm"
                pending={pending}
                aria-label={`Reset sign-in factors of ${member.name}`}
                onClick={() => reset(member)}
              >
                Reset sign-in factors
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
    </SecuritySection>
  );
}

function Person({ name, email, role, disabled, factorsReset }: MemberRow) {
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
        <span className="break-words">{name}</span>
        <Badge variant="outline">{role}</Badge>
        {disabled && <Badge variant="secondary">disabled</Badge>}
        {factorsReset && <Badge variant="secondary">setting up again</Badge>}
      </p>
      <p className="text-sm break-all text-muted-foreground">{email}</p>
    </div>
  );
}
