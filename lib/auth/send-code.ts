import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import type { Limits } from "@/lib/rate-limit/limits";
import type { Channel } from "./one-time-code-store";
import { CODE_TTL_SECONDS, issueOneTimeCode } from "./one-time-codes";

export type SendCodeOutcome = { kind: "sent" } | { kind: "limited"; retryAfterSeconds: number };

type Send = Readonly<{
  user: Readonly<{ userId: UserId; merchantId: MerchantId }>;
  channel: Channel;
  /** Phone number (E.164) or e-mail address. */
  to: string;
  /** What the code will be good for: the id of a sign-in challenge or of an enrolment. */
  subject: string;
  purpose: "sign_in" | "enrolment";
}>;

/**
 * Makes a code and queues it. The limits are per account and channel, over all its challenges; tries that were wrong stay counted (a new code is no new count).
 */
export async function sendCode(
  tx: Transaction,
  { ring, context, limits }: Readonly<{ ring: KeyRing; context: AuditContext; limits: Limits }>,
  { user, channel, to, subject, purpose }: Send,
): Promise<SendCodeOutcome> {
  for (const policy of ["send_code_again", "send_code_in_all"] as const) {
    const limit = await limits.take(policy, `${channel}:${user.userId}`, tx);
    if (!limit.allowed) return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  const code = await issueOneTimeCode(tx, ring, { userId: user.userId, channel, subject });
  const message = { merchantId: user.merchantId, kind: `${purpose}_code`, expiresInSeconds: CODE_TTL_SECONDS, to };
  const text = TEXTS[purpose](code);
  if (channel === "sms") await enqueueMessage(tx, ring, { ...message, channel, text });
  else await enqueueMessage(tx, ring, { ...message, channel, subject: SUBJECTS[purpose], text });
  await recordAudit(tx, context, {
    action: "code.sent",
    outcome: "success",
    resourceType: "user",
    resourceId: user.userId,
    details: { channel, purpose },
  });
  return { kind: "sent" };
}

const SUBJECTS = { sign_in: "Your sign-in code", enrolment: "Confirm codes by email" } as const;

const TEXTS = {
  sign_in: (code: string) =>
    `${code} is your Countinghouse sign-in code. It works once, for five minutes. Nobody from us will ever ask you for it.`,
  enrolment: (code: string) =>
    `${code} confirms that Countinghouse may send you sign-in codes here. It works once, for five minutes. If you did not ask for it, do nothing.`,
} as const;
