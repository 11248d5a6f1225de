"use server";

import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { cookies } from "next/headers";
import { z } from "zod";
import { authCookies } from "@/lib/auth/auth-cookies";
import { askProcessForAnyPasskey, askProcessForSecondFactor } from "@/lib/auth/sign-in";
import { publicAction } from "@/lib/boundary/action";
import { env } from "@/lib/env";

export type AskedForPasskey =
  | { kind: "asked"; options: PublicKeyCredentialRequestOptionsJSON }
  | { kind: "refused"; message: string }
  /** The password was too long ago. */
  | { kind: "challenge_gone" };

const nothing = z.undefined();

/** What the browser is to hand to an authenticator, for a sign-in without a password. */
export const askForAnyPasskey = publicAction<typeof nothing, AskedForPasskey>(
  { name: "ask_for_any_passkey", input: nothing, onError: refused },
  async ({ origin }) => ({ kind: "asked", options: await askProcessForAnyPasskey(origin) }),
);

/** The same after the password, for whoever's it was. */
export const askForSecondFactor = publicAction<typeof nothing, AskedForPasskey>(
  { name: "ask_for_second_factor", input: nothing, onError: refused },
  async ({ origin }) => {
    const token = (await cookies()).get(authCookies(env().APP_URL).challenge.name)?.value ?? null;
    const options = await askProcessForSecondFactor(token, origin);
    return options === null ? { kind: "challenge_gone" } : { kind: "asked", options };
  },
);

function refused(message: string): AskedForPasskey {
  return { kind: "refused", message };
}
