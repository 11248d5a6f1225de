import type { VerifyResult } from "@/components/auth/verify-form";
import type { SignInMethod } from "@/lib/sessions/session-store";
import { submitProof } from "../submit-proof";

export function submitCode(
  method: Exclude<SignInMethod, "passkey">,
  code: string,
  callbackPath: string,
): Promise<VerifyResult> {
  return submitProof({ provider: "second-factor", fields: { method, code } }, callbackPath);
}
