"use server";

import { cookies } from "next/headers";
import { z } from "zod";
import type { SetupState } from "@/components/setup/setup-state";
import { authCookies } from "@/lib/auth/auth-cookies";
import { tooManyTriesError } from "@/lib/auth/note-limited";
import { publicFormAction } from "@/lib/boundary/action";
import { env } from "@/lib/env";
import { SETUP_TTL_SECONDS } from "@/lib/setup/begin-setup";
import { beginProcessSetup } from "@/lib/setup/setup";
import { setupForm } from "@/lib/setup/setup-form";
import { SETUP_OVER } from "@/lib/setup/setup-messages";

/** Keeps what was entered, and leads on to the authenticator. */
export const beginFirstRun = publicFormAction<typeof setupForm, SetupState>(
  { name: "begin_setup", input: setupForm, onError: (message) => failed(message) },
  async ({ origin }, form) => {
    const outcome = await beginProcessSetup(form, origin);
    switch (outcome.kind) {
      case "over":
        return failed(SETUP_OVER);
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
      case "refused":
        return failed(outcome.message, outcome.field);
      case "begun": {
        const { name, options } = authCookies(env().APP_URL).setup;
        (await cookies()).set(name, outcome.token, { ...options, maxAge: SETUP_TTL_SECONDS });
        return { kind: "idle" };
      }
    }
  },
);

const nothing = z.strictObject({});

/** Forgets what was entered; it expires by itself. */
export const startOver = publicFormAction<typeof nothing, void>(
  { name: "restart_setup", input: nothing, onError: () => undefined },
  async () => {
    const { name, options } = authCookies(env().APP_URL).setup;
    (await cookies()).set(name, "", { ...options, maxAge: 0 });
  },
);

function failed(message: string, field: string | null = null): SetupState {
  return { kind: "failed", message, field };
}
