import type { Metadata } from "next";
import { PageHeader } from "@/components/layout/page-header";
import { PasskeysSection } from "@/components/passkeys/passkeys-section";
import { AuthenticatorSection } from "@/components/security/authenticator-section";
import { PasswordSection } from "@/components/security/password-section";
import { SignInPolicySection } from "@/components/security/sign-in-policy-section";
import { PASSWORD_LENGTH_MIN } from "@/lib/auth/password-rules";
import { mayDo } from "@/lib/auth/permissions";
import { page } from "@/lib/boundary/page";
import { database } from "@/lib/database";
import { hasAuthenticator } from "@/lib/factors/authenticator-store";
import { findSignInPolicy } from "@/lib/factors/sign-in-policy-store";
import { listPasskeys } from "@/lib/passkeys/passkey-store";
import { dropAuthenticator, finishAuthenticator, startAuthenticator } from "./authenticator-actions";
import { Members } from "./members";
import { dropPasskey, finishPasskey, renamePasskey, startPasskey } from "./passkeys-actions";
import { changePassword } from "./password-actions";
import { saveSignInPolicy } from "./policy-actions";
import { signOutOthers } from "./session-actions";

export const metadata: Metadata = { title: "Security" };

export default page({ permission: "security:own" }, async ({ session }) => {
  const { user, merchant } = session;
  const { db } = database();
  const [totp, passkeys, policy] = await Promise.all([
    hasAuthenticator(db, user.id),
    listPasskeys(db, user.id),
    findSignInPolicy(db, merchant.id),
  ]);
  return (
    <>
      <PageHeader title="Security" description={`How you sign in as ${user.email}`} />
      <div className="max-w-3xl space-y-6">
        <AuthenticatorSection
          enrolled={totp}
          allowed={policy.allowedFactors.includes("totp")}
          actions={{
            begin: startAuthenticator,
            confirm: finishAuthenticator,
            remove: dropAuthenticator,
            signOutOthers,
          }}
        />
        <PasskeysSection
          passkeys={passkeys}
          allowed={policy.allowedFactors.includes("passkey")}
          timeZone={merchant.timeZone}
          actions={{
            begin: startPasskey,
            finish: finishPasskey,
            rename: renamePasskey,
            remove: dropPasskey,
            signOutOthers,
          }}
        />
        <PasswordSection email={user.email} lengthMin={PASSWORD_LENGTH_MIN} onChange={changePassword} />
        {mayDo(user.role, "settings:manage") && <SignInPolicySection policy={policy} onSave={saveSignInPolicy} />}
        {mayDo(user.role, "team:manage") && <Members session={session} />}
      </div>
    </>
  );
});
