import type { Queryable } from "@/db/client";
import { type Channel, findCodeMac } from "@/lib/auth/one-time-code-store";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { EnrolmentId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { findOpenEnrolments } from "./enrolment-store";
import { openPhone, phoneHint } from "./phone-number";

/** `to` as far as it may be shown: a number by its last digits. */
export type OpenSentCode = Readonly<{ enrolmentId: EnrolmentId; to: string }>;

/**
 * By each channel the code that was sent to turn it on, while it can still be typed; null where there is none. So a page
 * that is loaded again goes on where its person was.
 */
export async function openSentCodes(
  db: Queryable,
  ring: KeyRing,
  { user, merchant }: CurrentSession,
): Promise<Readonly<Record<Channel, OpenSentCode | null>>> {
  const open: Record<Channel, OpenSentCode | null> = { sms: null, email: null };
  for (const { id, kind, sealed } of await findOpenEnrolments(db, user.id)) {
    if ((await findCodeMac(db, { userId: user.id, channel: kind, subject: id })) === null) continue;
    const owner = { userId: user.id, merchantId: merchant.id };
    const to = kind === "email" ? user.email : phoneHint(openPhone(ring, owner, sealed ?? ""));
    open[kind] = { enrolmentId: id, to };
  }
  return open;
}
