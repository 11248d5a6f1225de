"use server";

import { z } from "zod";
import type { VerifyResult } from "@/components/auth/verify-form";
import { localPath } from "@/lib/auth/local-path";
import { CODE_MESSAGES } from "@/lib/auth/sign-in-messages";
import { heldAction } from "@/lib/boundary/action";
import { setSessionCookie } from "@/lib/boundary/change-own-factors";
import { ownDevice, setDeviceCookie } from "@/lib/boundary/own-device";
import type { AssertionOptions } from "@/lib/passkeys/begin-assertion";
import { askForPasskey, releaseByCode, releaseByPasskey } from "@/lib/sessions/release-in-process";

const byCode = z.strictObject({ code: z.string().max(1000), callbackUrl: z.string().max(2048) });
const byPasskey = z.strictObject({ answer: z.unknown(), callbackUrl: z.string().max(2048) });
const nothing = z.undefined();

/** Releases a held session by a code of the authenticator app. */
export const confirmByCode = heldAction<typeof byCode, VerifyResult>(
  { name: "release_session", input: byCode, onError: refused },
  async (call, { code, callbackUrl }) => {
    const device = await ownDevice();
    const outcome = await releaseByCode({ ...call, deviceId: device.id }, code);
    if (outcome.kind !== "released") return refused(CODE_MESSAGES[outcome.kind]);
    await setDeviceCookie(device);
    await setSessionCookie(outcome.token, call.session);
    return { ok: true, redirectTo: localPath(callbackUrl) };
  },
);

/** What the browser asks an authenticator with. */
export const beginPasskey = heldAction<typeof nothing, AssertionOptions | { message: string }>(
  { name: "begin_release_by_passkey", input: nothing, onError: (message) => ({ message }) },
  (call) => askForPasskey(call),
);

/** Releases a held session by a passkey. */
export const confirmByPasskey = heldAction<typeof byPasskey, VerifyResult>(
  { name: "release_session_by_passkey", input: byPasskey, onError: refused },
  async (call, { answer, callbackUrl }) => {
    const device = await ownDevice();
    const outcome = await releaseByPasskey({ ...call, deviceId: device.id }, answer);
    if (outcome.kind !== "released") return refused("That passkey was not accepted. Try again, or sign in again.");
    await setDeviceCookie(device);
    await setSessionCookie(outcome.token, call.session);
    return { ok: true, redirectTo: localPath(callbackUrl) };
  },
);

function refused(message: string): VerifyResult {
  return { ok: false, message };
}
