"use server";

import { cookies } from "next/headers";
import { z } from "zod";
import type { SetupState } from "@/components/setup/setup-state";
import { authCookies } from "@/lib/auth/auth-cookies";
import { tooManyTries } from "@/lib/auth/sign-in-messages";
import { publicAction } from "@/lib/boundary/action";
import { env } from "@/lib/env";
import { type SETUP_FIELDS, SETUP_TTL_SECONDS } from "@/lib/setup/begin-setup";
import { beginProcessSetup } from "@/lib/setup/setup";
import { setupForm } from "@/lib/setup/setup-form";
import { SETUP_OVER } from "@/lib/setup/setup-messages";

/** Keeps what was entered, and leads on to the authenticator. */
export const beginFirstRun = publicAction<typeof setupForm, SetupState>(
  { name: "begin_setup", input: setupForm, onError: (message, typed) => failed(message, null, typed) },
  async ({ origin }, form) => {
    const outcome = await beginProcessSetup(form, origin);
    switch (outcome.kind) {
      case "over":
        return failed(SETUP_OVER, null, form);
      case "limited":
        return failed(tooManyTries(outcome.retryAfterSeconds), null, form);
      case "refused":
        return failed(outcome.message, outcome.field, form);
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
export const startOver = publicAction<typeof nothing, void>(
  { name: "restart_setup", input: nothing, onError: () => undefined },
  async () => {
    const { name, options } = authCookies(env().APP_URL).setup;
    (await cookies()).set(name, "", { ...options, maxAge: 0 });
  },
);

function failed(message: string, field: string | null, typed: Readonly<Record<string, unknown>>): SetupState {
  const value = (name: (typeof SETUP_FIELDS)[number]) => (typeof typed[name] === "string" ? typed[name] : "");
  const values = {
    businessName: value("businessName"),
    country: value("country"),
    timeZone: value("timeZone"),
    name: value("name"),
    email: value("email"),
  };
  return { kind: "failed", message, field, values };
}
