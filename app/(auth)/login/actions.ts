"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { SignInState } from "@/components/auth/sign-in-state";
import { authCookies } from "@/lib/auth/auth-cookies";
import { keptEmail } from "@/lib/auth/email";
import { localPath } from "@/lib/auth/local-path";
import { tooManyTriesError } from "@/lib/auth/note-limited";
import { startProcessSignIn } from "@/lib/auth/sign-in";
import { CHALLENGE_TTL_SECONDS } from "@/lib/auth/sign-in-challenge";
import { PASSWORD_REFUSED } from "@/lib/auth/sign-in-messages";
import { publicFormAction } from "@/lib/boundary/action";
import { env } from "@/lib/env";
import { verifyHref } from "./hrefs";

// Far above what is ever right: what is longer is refused as it stands, and costs nothing.
const input = z.strictObject({
  email: z.string().max(1_000),
  password: z.string().max(10_000),
  callbackUrl: z.string().max(10_000).optional(),
});

/** Checks e-mail and password, and leads on to the second factor. */
export const startSignIn = publicFormAction<typeof input, SignInState>(
  { name: "start_sign_in", input, onError: (message, { email }) => failed(message, email) },
  async ({ origin }, { email, password, callbackUrl }) => {
    const jar = await cookies();
    const { challenge, device } = authCookies(env().APP_URL);
    const deviceCookie = jar.get(device.name)?.value ?? null;
    const outcome = await startProcessSignIn({ email, password, origin, deviceCookie });
    switch (outcome.kind) {
      case "refused":
        return failed(PASSWORD_REFUSED, email);
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
      case "challenged":
        jar.set(challenge.name, outcome.token, { ...challenge.options, maxAge: CHALLENGE_TTL_SECONDS });
        return redirect(verifyHref(localPath(callbackUrl)));
    }
  },
);

function failed(message: string, email: unknown): SignInState {
  return { kind: "failed", message, email: keptEmail(email) };
}
