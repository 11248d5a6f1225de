"use client";

import { useEffect, useRef, useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { RecoveryCodesPanel } from "@/components/auth/recovery-codes-panel";
import { Button } from "@/components/ui/button";
import { ActionButton } from "./action-button";
import type { Changed, Refused, Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

export type NewRecoveryCodes = { kind: "codes"; codes: readonly string[] };

type Props = {
  left: number;
  email: string;
  onReplace: () => Promise<Sensitive<NewRecoveryCodes>>;
  signOutOthers: () => Promise<Changed | Refused>;
};

/** Below this many it is time for new ones. */
const FEW = 3;

export function RecoveryCodesSection({ left, email, onReplace, signOutOthers }: Props) {
  const { run, pending, refusal } = useSecurityAction();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [kept, setKept] = useState(false);

  async function replace() {
    setKept(false);
    const answer = await run(onReplace);
    if (answer !== null) setCodes(answer.codes);
  }

  function done() {
    setCodes(null);
    setKept(true);
  }

  return (
    <SecuritySection
      title="Recovery codes"
      about="For the day your phone is lost. Each code works once, in place of an authentication code. Keep them where your password is not."
      state={{ on: left > 0, label: left === 0 ? "None" : `${left} left` }}
    >
      {kept && <ChangeNotice notice="New recovery codes are in force." signOutOthers={signOutOthers} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      {codes === null && left > 0 && left < FEW && (
        <p className="text-sm text-warning">You are running out. Make new ones.</p>
      )}
      {codes !== null && <ShownOnce codes={codes} email={email} onDone={done} />}
      {codes === null && (
        <div>
          <ActionButton pending={pending} variant={left === 0 ? "default" : "outline"} onClick={replace}>
            {left === 0 ? "Make recovery codes" : "Replace recovery codes"}
          </ActionButton>
          {left > 0 && <p className="mt-2 text-xs text-muted-foreground">The ones you have stop working at once.</p>}
        </div>
      )}
    </SecuritySection>
  );
}

function ShownOnce({ codes, email, onDone }: { codes: readonly string[]; email: string; onDone: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section
      ref={box}
      aria-label="New recovery codes"
      tabIndex={-1}
      className="space-y-4 rounded-md border bg-background p-4"
    >
      <p className="text-sm font-medium">Keep these codes now. They are not shown again.</p>
      <div data-print-alone>
        <p className="hidden pb-4 print:block">Countinghouse recovery codes of {email}. Each works once.</p>
        <RecoveryCodesPanel codes={codes} account={email} />
      </div>
      <Button type="button" onClick={onDone}>
        I have kept them
      </Button>
    </section>
  );
}
