import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import type { RecoveringPerson } from "./recovery-store";

type Reader = Pick<RecoveringPerson, "merchantId" | "email">;

/** From the request to the last moment for the new password. */
export const RESET_PASSWORD_TTL_SECONDS = 1800;
/** From an owner's reset to the last moment for a new factor. */
export const RESET_FACTORS_TTL_SECONDS = 24 * 3600;

/** A mark in the fragment tells the page which of its forms the link is for; the token is what counts. */
const FACTORS_MARK = "factors.";

/** The token is in the fragment, which browsers send to nobody. */
function recoverUrl(appUrl: string, fragment: string): string {
  return `${new URL("/recover", appUrl)}#${fragment}`;
}

export async function mailPasswordLink(
  tx: Transaction,
  ring: KeyRing,
  to: Reader,
  { token, appUrl }: { token: string; appUrl: string },
): Promise<void> {
  await mail(tx, ring, to, "password_link", RESET_PASSWORD_TTL_SECONDS, "set a new password", [
    "Somebody, probably you, asked for a new password. Open this link within 30 minutes to set one:",
    "",
    recoverUrl(appUrl, token),
    "",
    "You also need your authenticator app, a passkey or a recovery code. If you have lost them all, ask an owner of your",
    "business to reset your ways of signing in.",
    "",
    "If it was not you, there is nothing to do: without your second factor the link opens nothing.",
  ]);
}

/** To somebody whose factors an owner has reset: a new password needs a factor, and they have none. */
export async function mailFactorsFirst(tx: Transaction, ring: KeyRing, to: Reader): Promise<void> {
  await mail(tx, ring, to, "password_link", RESET_PASSWORD_TTL_SECONDS, "set up your sign-in first", [
    "Somebody, probably you, asked for a new password. An owner of your business has reset your ways of signing in, and a",
    "new password needs a new one of them first: use the link of the email that told you of the reset.",
    "",
    "If that link has expired, or you do not know your password either, ask the owner.",
  ]);
}

export async function mailFactorsLink(
  tx: Transaction,
  ring: KeyRing,
  to: Reader,
  { token, appUrl, resetBy }: { token: string; appUrl: string; resetBy: string },
): Promise<void> {
  await mail(tx, ring, to, "factors_link", RESET_FACTORS_TTL_SECONDS, "set up your sign-in again", [
    `${resetBy} has reset your ways of signing in. All your sessions have ended, and nobody can sign in as you until you`,
    "have set up a new one. Open this link within 24 hours, with your password and your phone or security key:",
    "",
    recoverUrl(appUrl, `${FACTORS_MARK}${token}`),
    "",
    `If you did not ask for this, do not open the link, and talk to ${resetBy}.`,
  ]);
}

async function mail(
  tx: Transaction,
  ring: KeyRing,
  { merchantId, email }: Reader,
  kind: string,
  expiresInSeconds: number,
  subject: string,
  lines: readonly string[],
): Promise<void> {
  const text = [...lines, "", "Countinghouse never asks for a password or a code by email."].join("\n");
  const to = { channel: "email", to: email, subject: `Countinghouse: ${subject}`, text } as const;
  await enqueueMessage(tx, ring, { merchantId, kind, expiresInSeconds, ...to });
}
