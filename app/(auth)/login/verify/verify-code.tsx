"use client";

import { VerifyForm } from "@/components/auth/verify-form";
import { submitCode } from "./submit-code";

export function VerifyCode({ callbackPath }: { callbackPath: string }) {
  return <VerifyForm onVerify={(code) => submitCode(code, callbackPath)} />;
}
