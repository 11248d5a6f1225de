import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { normalizeEmail } from "@/lib/auth/email";
import { noteLimited } from "@/lib/auth/note-limited";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { type SignInLimits, takeAddressLimit } from "@/lib/auth/sign-in-limits";
import { mac } from "@/lib/crypto/mac";
import { createEmailLink } from "@/lib/email-links/email-links";
import { mailFactorsFirst, mailPasswordLink, RESET_PASSWORD_TTL_SECONDS } from "./recovery-mails";
import { findPerson, type RecoveringPerson } from "./recovery-store";
import { takeAtLeast } from "./take-at-least";

/** Far longer than the work takes, whether or not there is an account: the time of the answer tells nothing (ASVS 6.3.8). */
const ANSWER_MS = 250;

export type RequestOutcome =
  /** Also when there is no such account, and nothing was sent. */
  | { kind: "accepted" }
  /** No account has such an address, whoever asks. */
  | { kind: "malformed" }
  | { kind: "limited"; retryAfterSeconds: number };

type Dependencies = SignInLimits & Readonly<{ appUrl: string }>;

/**
 * Mails a link for a new password, if there is an account. Outcome, words and time are the same if there is none. The link
 * alone sets nothing: `resetPassword` asks for a factor as well.
 */
export function requestReset(
  deps: Dependencies,
  { email: typed, origin }: Readonly<{ email: string; origin: RequestOrigin }>,
): Promise<RequestOutcome> {
  return takeAtLeast(ANSWER_MS, async () => {
    const email = normalizeEmail(typed);
    const limit = await takeLimits(deps, email ?? typed, origin);
    if (!limit.allowed) {
      const account = email === null ? null : await findPerson(deps.client.db, { email });
      await noteLimited(deps.client, { action: "recovery.request_refused", account, origin });
      return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
    }
    if (email === null) {
      await refuse(deps, null, "malformed_email", origin);
      return { kind: "malformed" };
    }
    const person = await findPerson(deps.client.db, { email });
    if (person === null || person.disabled) {
      await refuse(deps, person, person === null ? "unknown_email" : "user_disabled", origin);
    } else {
      await send(deps, person, origin);
    }
    return { kind: "accepted" };
  });
}

/** What was typed is counted under a keyed hash: people type passwords into the wrong field. */
async function takeLimits({ ring, limits }: Dependencies, typed: string, origin: RequestOrigin) {
  const byAddress = await takeAddressLimit(limits, origin);
  if (!byAddress.allowed) return byAddress;
  const { digest } = mac(ring, "blind-index", ["recovery", typed.toWellFormed()]);
  return limits.take("recover_account", digest.toString("base64url"));
}

async function send(
  { client, ring, appUrl }: Dependencies,
  person: RecoveringPerson,
  origin: RequestOrigin,
): Promise<void> {
  const { userId } = person;
  const context = contextOf(person, origin);
  await transact(client, context, async (tx) => {
    if (person.factorsReset) {
      await mailFactorsFirst(tx, ring, person);
    } else {
      const token = await createEmailLink(tx, {
        userId,
        purpose: "reset_password",
        subject: null,
        ttlSeconds: RESET_PASSWORD_TTL_SECONDS,
      });
      await mailPasswordLink(tx, ring, person, { token, appUrl });
    }
    await recordAudit(tx, context, {
      action: "recovery.requested",
      outcome: "success",
      resourceType: "user",
      resourceId: userId,
    });
  });
}

/** What was typed is in no entry, as with a refused sign-in. */
async function refuse(
  { client }: Dependencies,
  person: RecoveringPerson | null,
  reason: "malformed_email" | "unknown_email" | "user_disabled",
  origin: RequestOrigin,
): Promise<void> {
  const context = contextOf(person, origin);
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "recovery.request_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: person?.userId ?? null,
      details: { reason },
    }),
  );
}

/** Who asks is not known: anybody can type an address. */
function contextOf(person: RecoveringPerson | null, origin: RequestOrigin): AuditContext {
  return { actor: { type: "system", id: "recovery" }, merchantId: person?.merchantId ?? null, ...origin };
}
