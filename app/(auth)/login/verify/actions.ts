"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { SendResult } from "@/components/auth/sent-code";
import { authCookies } from "@/lib/auth/auth-cookies";
import { localPath } from "@/lib/auth/local-path";
import { sendProcessSignInCode } from "@/lib/auth/sign-in";
import { SEND_NOT_ALLOWED, sentTooOften } from "@/lib/auth/sign-in-messages";
import { publicAction } from "@/lib/boundary/action";
import { env } from "@/lib/env";
import { POLICIES } from "@/lib/rate-limit/policies";
import { expiredHref } from "../hrefs";

const input = z.strictObject({ channel: z.enum(["sms", "email"]), callbackUrl: z.string().max(10_000) });

/** Sends a code to whoever has given their password. */
export const sendSignInCode = publicAction<typeof input, SendResult>(
  { name: "send_sign_in_code", input, onError: (message) => failed(message, 0) },
  async ({ origin }, { channel, callbackUrl }) => {
    const token = (await cookies()).get(authCookies(env().APP_URL).challenge.name)?.value ?? null;
    const outcome = await sendProcessSignInCode(token, channel, origin);
    switch (outcome.kind) {
      case "sent":
        return { kind: "sent", againInSeconds: POLICIES.send_code_again.quota.windowSeconds };
      case "limited":
        return failed(sentTooOften(outcome.retryAfterSeconds), outcome.retryAfterSeconds);
      case "not_allowed":
        return failed(SEND_NOT_ALLOWED, 0);
      case "challenge_gone":
        return redirect(expiredHref(localPath(callbackUrl)));
    }
  },
);

function failed(message: string, againInSeconds: number): SendResult {
  return { kind: "failed", message, againInSeconds };
}
