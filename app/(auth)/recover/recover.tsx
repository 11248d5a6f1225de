"use client";

import { EnrolAgainForm } from "@/components/recovery/enrol-again-form";
import { RecoveryPage } from "@/components/recovery/recovery-page";
import { RequestForm } from "@/components/recovery/request-form";
import { ResetForm } from "@/components/recovery/reset-form";
import { beginEnrolAgain, finishEnrolAgain, requestLink, setNewPassword } from "./actions";
import { askPasskey } from "./ask-passkey";

export function Recover({ passwordLengthMin }: { passwordLengthMin: number }) {
  return (
    <RecoveryPage
      request={<RequestForm action={requestLink} />}
      withLink={({ kind, token }) =>
        kind === "password" ? (
          <ResetForm
            passwordLengthMin={passwordLengthMin}
            onCode={(password, method, code) => setNewPassword({ token, password, proof: { method, code } })}
            onPasskey={(password) => askPasskey(token, password)}
          />
        ) : (
          <EnrolAgainForm
            onPassword={(password) => beginEnrolAgain({ token, password })}
            onFactor={(password, factor) => finishEnrolAgain({ token, password, factor })}
          />
        )
      }
    />
  );
}
