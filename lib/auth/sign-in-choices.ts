import type { Queryable } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { openPhone } from "@/lib/factors/phone-number";
import type { SignInMethod } from "@/lib/sessions/session-store";
import type { SignInChallenge } from "./challenge-store";
import { maskEmail } from "./email";
import { type Channel, findCodeMac } from "./one-time-code-store";
import { type FactorRow, findFactorRow } from "./second-factor/enrolled-factors-store";
import { mayUse } from "./second-factor/list-factors";

/** By which ways this server can send. */
export type Channels = Readonly<Record<Channel, boolean>>;

/** One way to prove the rest, once the password was right. */
export type SignInChoice =
  | Readonly<{ method: Exclude<SignInMethod, Channel> }>
  | Readonly<{
      method: Channel;
      /** Where the code goes, as much as its owner needs: who looks has proved no more than a password. */
      to: string;
      /** A code for this sign-in is under way, or has arrived. */
      isOut: boolean;
    }>;

export type SignInChoices = Readonly<{
  choices: readonly SignInChoice[];
  /** An owner has reset the person's factors: the link that was e-mailed to them is the only way. */
  reset: boolean;
}>;

type Dependencies = Readonly<{ db: Queryable; ring: KeyRing; channels: Channels }>;

/** What the person has, their merchant allows and we can send; the strong ones first. */
export async function signInChoices(
  { db, ring, channels }: Dependencies,
  challenge: SignInChallenge,
): Promise<SignInChoices> {
  const row = await findFactorRow(db, challenge.user.id);
  if (row === null) return { choices: [], reset: false };
  const offer = async (channel: Channel): Promise<SignInChoice[]> => {
    const to = channels[channel] ? destination(ring, challenge, row, channel) : null;
    if (to === null) return [];
    const address = { userId: challenge.user.id, channel, subject: challenge.id };
    const isOut = (await findCodeMac(db, address)) !== null;
    return [{ method: channel, to: channel === "sms" ? `•••• ${to.slice(-2)}` : maskEmail(to), isOut }];
  };
  const own = (method: Exclude<SignInMethod, Channel>) => (mayUse(row, method) ? [{ method }] : []);
  const choices = [
    ...own("totp"),
    ...own("passkey"),
    ...(await offer("sms")),
    ...(await offer("email")),
    ...own("recovery_code"),
  ];
  return { choices, reset: row.reset };
}

/** The phone number (E.164) or address that the person's codes go to; null where they may get none by that channel. */
export function destination(
  ring: KeyRing,
  { user, merchantId }: SignInChallenge,
  row: FactorRow,
  channel: Channel,
): string | null {
  if (!mayUse(row, channel)) return null;
  if (channel === "email") return row.email;
  return row.phone === null ? null : openPhone(ring, { userId: user.id, merchantId }, row.phone);
}
