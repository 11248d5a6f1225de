"use client";

import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/browser";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ActionButton } from "@/components/security/action-button";
import type { Changed, Refused, Sensitive } from "@/components/security/answers";
import { ChangeNotice } from "@/components/security/change-notice";
import { SecuritySection } from "@/components/security/security-section";
import { useSecurityAction } from "@/components/security/use-security-action";
import { askForNewPasskey } from "./ask-browser";
import { NameForm } from "./name-form";
import { PasskeyItem, type ShownPasskey } from "./passkey-item";

export type BegunPasskey = { kind: "begun"; options: PublicKeyCredentialCreationOptionsJSON };

export type PasskeyActions = Readonly<{
  begin: () => Promise<Sensitive<BegunPasskey>>;
  finish: (made: { name: string; answer: RegistrationResponseJSON }) => Promise<Sensitive<Changed>>;
  rename: (to: { id: string; name: string }) => Promise<Sensitive<Changed>>;
  remove: (which: { id: string }) => Promise<Sensitive<Changed>>;
  signOutOthers: () => Promise<Changed | Refused>;
}>;

type Props = { passkeys: readonly ShownPasskey[]; allowed: boolean; timeZone: string; actions: PasskeyActions };

/** What is under way: a new passkey, or another name for one. */
type Editing = { what: "new" } | { what: "name"; id: string } | null;

export function PasskeysSection({ passkeys, allowed, timeZone, actions }: Props) {
  const { run, pending, refusal, clear } = useSecurityAction();
  const [editing, setEditing] = useState<Editing>(null);
  const [notice, setNotice] = useState<{ text: string; factorsChanged: boolean } | null>(null);

  function edit(next: Editing) {
    clear();
    setNotice(null);
    setEditing(next);
  }

  async function act(action: () => Promise<Sensitive<Changed>>, factorsChanged: boolean) {
    setNotice(null);
    const answer = await run(action);
    if (answer === null) return;
    setEditing(null);
    setNotice({ text: answer.notice, factorsChanged });
  }

  async function add(name: string): Promise<Sensitive<Changed>> {
    const begun = await actions.begin();
    if (begun.kind !== "begun") return begun;
    const asked = await askForNewPasskey(begun.options);
    if (asked.kind === "failed") return { kind: "refused", message: asked.message };
    return actions.finish({ name, answer: asked.answer });
  }

  const some = passkeys.length > 0;
  return (
    <SecuritySection
      title="Passkeys"
      about="Your fingerprint, face or PIN, on this device or on a security key. A passkey signs you in by itself, without a password, and no copy of this site can trick it out of you."
      state={{ on: some, label: some ? `${passkeys.length} added` : "Off" }}
    >
      {notice !== null && (
        <ChangeNotice
          notice={notice.text}
          {...(notice.factorsChanged ? { signOutOthers: actions.signOutOthers } : {})}
        />
      )}
      {refusal !== null && <FormError message={refusal.message} attempt={refusal} />}
      {!allowed && <p className="text-sm">Your business does not allow passkeys.</p>}
      {some && (
        <ul className="divide-y rounded-md border" aria-label="Your passkeys">
          {passkeys.map((passkey) => (
            <PasskeyItem
              key={passkey.id}
              passkey={passkey}
              timeZone={timeZone}
              pending={pending}
              renaming={editing?.what === "name" && editing.id === passkey.id}
              onRename={() => edit({ what: "name", id: passkey.id })}
              onName={(name) => act(() => actions.rename({ id: passkey.id, name }), false)}
              onRemove={() => act(() => actions.remove({ id: passkey.id }), true)}
              onCancel={() => edit(null)}
            />
          ))}
        </ul>
      )}
      {allowed && editing?.what !== "new" && (
        <ActionButton pending={pending} variant={some ? "outline" : "default"} onClick={() => edit({ what: "new" })}>
          Add a passkey
        </ActionButton>
      )}
      {editing?.what === "new" && (
        <NameForm
          label="Name of the passkey"
          hint="To tell it from others later. Left empty, it gets the name of its device."
          button="Continue"
          pending={pending}
          onSubmit={(name) => act(() => add(name), true)}
          onCancel={() => edit(null)}
        />
      )}
    </SecuritySection>
  );
}
