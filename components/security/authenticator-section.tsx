"use client";

import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { QrImage } from "@/components/auth/qr-image";
import type { QrCode } from "@/lib/qr/qr-code";
import { ActionButton } from "./action-button";
import type { Changed, Sensitive } from "./answers";
import { ChangeNotice } from "./change-notice";
import { CodeForm } from "./code-form";
import { CopyButton } from "./copy-button";
import { SecuritySection } from "./security-section";
import { useSecurityAction } from "./use-security-action";

export type BegunAuthenticator = { kind: "begun"; enrolmentId: string; secret: string; qr: QrCode };

export type AuthenticatorActions = Readonly<{
  begin: () => Promise<Sensitive<BegunAuthenticator>>;
  confirm: (input: { enrolmentId: string; code: string }) => Promise<Sensitive<Changed>>;
  remove: () => Promise<Sensitive<Changed>>;
  signOutOthers: () => Promise<Changed | { kind: "refused"; message: string }>;
}>;

type Props = { enrolled: boolean; allowed: boolean; actions: AuthenticatorActions };

export function AuthenticatorSection({ enrolled, allowed, actions }: Props) {
  const { run, pending, refusal, clear } = useSecurityAction();
  const [begun, setBegun] = useState<BegunAuthenticator | null>(null);
  const [notice, setNotice] = useState<string | null>(null);

  async function begin() {
    setNotice(null);
    const answer = await run(actions.begin);
    if (answer !== null) setBegun(answer);
  }

  async function finish(act: () => Promise<Sensitive<Changed>>) {
    const answer = await run(act);
    if (answer === null) return;
    setBegun(null);
    setNotice(answer.notice);
  }

  function cancel() {
    setBegun(null);
    clear();
  }

  return (
    <SecuritySection
      title="Authenticator app"
      about="An app on your phone that shows a new code every 30 seconds. It needs no network, and nobody can read a code on its way to you."
      state={{ on: enrolled, label: enrolled ? "On" : "Off" }}
    >
      {notice !== null && <ChangeNotice notice={notice} signOutOthers={actions.signOutOthers} />}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      {!allowed && <p className="text-sm">Your business does not allow authenticator apps.</p>}
      {begun === null ? (
        <div className="flex flex-wrap gap-2">
          {allowed && (
            <ActionButton pending={pending} variant={enrolled ? "outline" : "default"} onClick={begin}>
              {enrolled ? "Replace authenticator app" : "Add authenticator app"}
            </ActionButton>
          )}
          {enrolled && (
            <ActionButton pending={pending} variant="outline" onClick={() => finish(actions.remove)}>
              Remove authenticator app
            </ActionButton>
          )}
        </div>
      ) : (
        <Enrolment
          begun={begun}
          replaces={enrolled}
          pending={pending}
          invalid={refusal !== null}
          onCode={(code) => finish(() => actions.confirm({ enrolmentId: begun.enrolmentId, code }))}
          onCancel={cancel}
        />
      )}
    </SecuritySection>
  );
}

type EnrolmentProps = {
  begun: BegunAuthenticator;
  replaces: boolean;
  pending: boolean;
  invalid: boolean;
  onCode: (code: string) => void;
  onCancel: () => void;
};

/** The QR code beside what to do with it; the secret as text for whoever cannot scan. */
function Enrolment({ begun, replaces, pending, invalid, onCode, onCancel }: EnrolmentProps) {
  const groups = begun.secret.match(/.{1,4}/g)?.join(" ") ?? begun.secret;
  return (
    <div className="flex flex-col gap-6 rounded-md border bg-background p-4 sm:flex-row">
      <QrImage {...begun.qr} label="QR code for your authenticator app" />
      <div className="min-w-0 space-y-4">
        <div className="space-y-2 text-sm">
          <p>Scan the code with your app, or type this key into it:</p>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <code className="font-mono text-sm break-words">{groups}</code>
            <CopyButton text={begun.secret} label="Copy key" />
          </p>
        </div>
        <CodeForm
          label="Code from the app"
          hint={
            replaces ? "Your present app works until the new one is confirmed." : "Six digits. You have ten minutes."
          }
          button="Confirm app"
          pending={pending}
          invalid={invalid}
          onSubmit={onCode}
          onCancel={onCancel}
        />
      </div>
    </div>
  );
}
