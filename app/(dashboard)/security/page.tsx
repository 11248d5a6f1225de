import type { Metadata } from "next";
import { PageHeader } from "@/components/layout/page-header";
import { PasskeysSection } from "@/components/passkeys/passkeys-section";
import { AuthenticatorSection } from "@/components/security/authenticator-section";
import { EmailSection } from "@/components/security/email-section";
import { PasswordSection } from "@/components/security/password-section";
import { RecoveryCodesSection } from "@/components/security/recovery-codes-section";
import { SignInPolicySection } from "@/components/security/sign-in-policy-section";
import { TextMessageSection } from "@/components/security/text-message-section";
import { PASSWORD_LENGTH_MIN } from "@/lib/auth/password-rules";
import { mayDo } from "@/lib/auth/permissions";
import { listFactors } from "@/lib/auth/second-factor/list-factors";
import { page } from "@/lib/boundary/page";
import { database } from "@/lib/database";
import { openSentCodes } from "@/lib/factors/open-sent-codes";
import { findSignInPolicy } from "@/lib/factors/sign-in-policy-store";
import { keyRing } from "@/lib/keys/key-ring";
import { messageChannels } from "@/lib/messages/channels";
import { listPasskeys } from "@/lib/passkeys/passkey-store";
import { dropAuthenticator, finishAuthenticator, startAuthenticator } from "./authenticator-actions";
import { dropEmailCodes, finishEmailCodes, startEmailCodes } from "./email-actions";
import { Members } from "./members";
import { dropPasskey, finishPasskey, renamePasskey, startPasskey } from "./passkeys-actions";
import { changePassword } from "./password-actions";
import { saveSignInPolicy } from "./policy-actions";
import { makeRecoveryCodes } from "./recovery-codes-actions";
import { signOutOthers } from "./session-actions";
import { dropTextMessages, finishTextMessages, startTextMessages } from "./text-message-actions";
import { whyUnavailable } from "./why-unavailable";

export const metadata: Metadata = { title: "Security" };

export default page({ permission: "security:own" }, async ({ session }) => {
  const { user, merchant } = session;
  const { db } = database();
  const ring = await keyRing();
  const [factors, passkeys, openCodes, policy] = await Promise.all([
    listFactors(db, ring, user.id),
    listPasskeys(db, user.id),
    openSentCodes(db, ring, session),
    mayDo(user.role, "sign-in-policy:manage") ? findSignInPolicy(db, merchant.id) : null,
  ]);
  const channels = messageChannels();
  return (
    <>
      <PageHeader title="Security" description={`How you sign in as ${user.email}`} />
      <div className="max-w-3xl space-y-6">
        <AuthenticatorSection
          enrolled={factors.totp}
          allowed={factors.allowed.includes("totp")}
          actions={{
            begin: startAuthenticator,
            confirm: finishAuthenticator,
            remove: dropAuthenticator,
            signOutOthers,
          }}
        />
        <PasskeysSection
          passkeys={passkeys}
          allowed={factors.allowed.includes("passkey")}
          timeZone={merchant.timeZone}
          actions={{
            begin: startPasskey,
            finish: finishPasskey,
            rename: renamePasskey,
            remove: dropPasskey,
            signOutOthers,
          }}
        />
        <TextMessageSection
          hint={factors.sms?.hint ?? null}
          open={openCodes.sms}
          unavailable={whyUnavailable("sms", factors.allowed, channels)}
          actions={{
            begin: startTextMessages,
            confirm: finishTextMessages,
            remove: dropTextMessages,
            signOutOthers,
          }}
        />
        <EmailSection
          email={user.email}
          enrolled={factors.email}
          open={openCodes.email}
          unavailable={whyUnavailable("email", factors.allowed, channels)}
          actions={{ begin: startEmailCodes, confirm: finishEmailCodes, remove: dropEmailCodes, signOutOthers }}
        />
        <RecoveryCodesSection
          left={factors.recoveryCodesLeft}
          email={user.email}
          onReplace={makeRecoveryCodes}
          signOutOthers={signOutOthers}
        />
        <PasswordSection email={user.email} lengthMin={PASSWORD_LENGTH_MIN} onChange={changePassword} />
        {policy !== null && <SignInPolicySection policy={policy} onSave={saveSignInPolicy} />}
        {mayDo(user.role, "team:manage") && <Members session={session} />}
      </div>
    </>
  );
});
