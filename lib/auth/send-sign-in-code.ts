import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { UserId } from "@/lib/ids/id";
import type { Limits } from "@/lib/rate-limit/limits";
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

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; limits: Limits; channels: Channels }>;

type Input = Readonly<{ challengeToken: string | null; channel: Channel; origin: RequestOrigin }>;

/**
 * Sends a code that is good for the open challenge alone. Wrong tries stay counted and the factor stays locked, however
 * many codes are sent. Rejects when the database is away, and then nothing was sent.
 */
export async function sendSignInCode(
  { client, ring, limits, channels }: Dependencies,
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
      await noteRefusal(tx, context, user.id, { channel, reason: "not_allowed" });
      return { kind: "not_allowed" };
    }
    const code = { user: { userId: user.id, merchantId }, channel, to, subject, purpose: "sign_in" } as const;
    const outcome = await sendCode(tx, { ring, context, limits }, code);
    if (outcome.kind === "limited") await noteRefusal(tx, context, user.id, { channel, reason: "rate_limited" });
    return outcome;
  });
}

/** Nothing in the page leads here: somebody tries what is not offered, or asks again too soon. */
function noteRefusal(
  tx: Transaction,
  context: AuditContext,
  userId: UserId,
  { channel, reason }: Readonly<{ channel: Channel; reason: "not_allowed" | "rate_limited" }>,
): Promise<void> {
  const about = { resourceType: "user", resourceId: userId, details: { method: channel, reason } } as const;
  return recordRepeated(tx, context, { action: "sign_in.code_not_sent", outcome: "denied", ...about }, userId);
}
