import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { Quota } from "@/lib/env";
import type { UserId } from "@/lib/ids/id";
import { takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import type { Channel } from "./one-time-code-store";
import type { RequestOrigin } from "./request-origin";
import { findFactorRow } from "./second-factor/enrolled-factors-store";
import { type SendCodeOutcome, sendCode } from "./send-code";
import { readChallenge } from "./sign-in-challenge";
import { type Channels, destination } from "./sign-in-choices";

export type SendSignInCodeOutcome =
  | SendCodeOutcome
  /** The person has no such factor, their merchant forbids it, or this server cannot send by it. */
  | { kind: "not_allowed" }
  | { kind: "challenge_gone" };

/** Entries of one account. */
const NOTED: Quota = { limit: 20, windowSeconds: 900 };

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; channels: Channels }>;

type Input = Readonly<{ challengeToken: string | null; channel: Channel; origin: RequestOrigin }>;

/**
 * Sends a code that is good for the open challenge alone. Wrong tries stay counted and the factor stays locked, however
 * many codes are sent. Rejects when the database is away, and then nothing was sent.
 */
export async function sendSignInCode(
  { client, ring, channels }: Dependencies,
  { challengeToken, channel, origin }: Input,
): Promise<SendSignInCodeOutcome> {
  const challenge = await readChallenge(client.db, challengeToken);
  if (challenge === null) return { kind: "challenge_gone" };
  const { user, merchantId, id: subject } = challenge;
  const context: AuditContext = { actor: { type: "user", id: user.id }, merchantId, ...origin };
  return transact<SendSignInCodeOutcome>(client, context, async (tx) => {
    const row = channels[channel] ? await findFactorRow(tx, user.id) : null;
    const to = row && destination(ring, challenge, row, channel);
    if (to === null) {
      await noteRefusal(tx, context, user.id, channel);
      return { kind: "not_allowed" };
    }
    const code = { user: { userId: user.id, merchantId }, channel, to, subject, purpose: "sign_in" } as const;
    return sendCode(tx, { ring, context }, code);
  });
}

/** Nothing in the page leads here: somebody tries what is not offered. */
async function noteRefusal(tx: Transaction, context: AuditContext, userId: UserId, channel: Channel): Promise<void> {
  const { allowed } = await takeRateLimit(tx, `code_not_sent:${userId}`, NOTED);
  if (!allowed) return;
  await recordAudit(tx, context, {
    action: "sign_in.code_not_sent",
    outcome: "denied",
    resourceType: "user",
    resourceId: userId,
    details: { method: channel, reason: "not_allowed" },
  });
}
