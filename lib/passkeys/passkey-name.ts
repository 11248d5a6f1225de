import { z } from "zod";
import { deviceName } from "@/lib/auth/device-name";
import { freeText } from "@/lib/sensitive/free-text";
import { makerOf } from "./authenticator-names";

export const PASSKEY_NAME_MAX = 64;

/** What a person calls a passkey: shown to them and in the audit trail. */
export const passkeyName = z
  .string()
  .trim()
  .normalize()
  .refine((text) => !/\p{Cc}/u.test(text), "A name is one line of text.")
  .pipe(freeText(PASSKEY_NAME_MAX));

type Made = Readonly<{ aaguid: string; transports: readonly string[]; userAgent: string | null }>;

/** What a passkey is called until its owner has another name for it. */
export function defaultPasskeyName({ aaguid, transports, userAgent }: Made): string {
  const maker = makerOf(aaguid);
  if (maker !== null) return maker;
  const isRoaming = transports.length > 0 && !transports.includes("internal") && !transports.includes("hybrid");
  return isRoaming ? "Security key" : deviceName(userAgent);
}
