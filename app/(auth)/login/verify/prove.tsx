"use client";

import { SentCode } from "@/components/auth/sent-code";
import { VerifyForm } from "@/components/auth/verify-form";
import { PasskeyButton } from "@/components/passkeys/passkey-button";
import type { SignInChoice } from "@/lib/auth/sign-in-choices";
import { verifyByPasskey } from "../use-passkey";
import { sendSignInCode } from "./actions";
import { submitCode } from "./submit-code";

type Props = { choice: SignInChoice; callbackPath: string };

/** The one way to go on that was chosen. */
export function Prove({ choice, callbackPath }: Props) {
  const { method } = choice;
  switch (method) {
    case "totp":
    case "recovery_code":
      return <VerifyForm kind={method} onVerify={(code) => submitCode(method, code, callbackPath)} />;
    case "passkey":
      return (
        <PasskeyButton primary onUse={() => verifyByPasskey(callbackPath)}>
          Use a passkey
        </PasskeyButton>
      );
    case "sms":
    case "email":
      return (
        <SentCode {...choice} onSend={() => sendSignInCode({ channel: method, callbackUrl: callbackPath })}>
          {(again) => (
            <VerifyForm kind="sent" onVerify={(code) => submitCode(method, code, callbackPath)}>
              {again}
            </VerifyForm>
          )}
        </SentCode>
      );
  }
}
