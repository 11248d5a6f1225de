import type { VerifyResult } from "@/components/auth/verify-form";
import { submitProof } from "../submit-proof";

export function submitCode(code: string, callbackPath: string): Promise<VerifyResult> {
  return submitProof({ provider: "second-factor", fields: { code } }, callbackPath);
}
