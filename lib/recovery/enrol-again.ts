import type { AuditContext } from "@/db/audit-context";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { verifyPassword } from "@/lib/auth/password";
import { putRecoveryCodes } from "@/lib/auth/recovery-code-store";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import type { RequestOrigin } from "@/lib/auth/request-origin";
import { type SignInLimits, takeAddressLimit, takeSignInLimits } from "@/lib/auth/sign-in-limits";
import { consumeEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { beginAuthenticatorEnrolment, confirmAuthenticatorEnrolment } from "@/lib/factors/authenticator-enrolment";
import { requireFactor } from "@/lib/factors/sign-in-policy-store";
import type { EnrolmentId } from "@/lib/ids/id";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { LinkSpent, linkGone } from "./link-spent";
import { clearFactorsReset, findPerson, type RecoveringPerson } from "./recovery-store";

/** The link came by e-mail; the password shows who opened it. Both are sent with each step, and nothing is remembered. */
type Identity = Readonly<{ token: string; password: string; origin: RequestOrigin }>;

type Refusal =
  /** Unknown, used or expired: one answer for all. */
  { kind: "link_gone" } | { kind: "password_refused" } | { kind: "limited"; retryAfterSeconds: number };

export type BeginAgainOutcome =
  | Refusal
  | { kind: "begun"; enrolmentId: EnrolmentId; secret: string; uri: string; email: string };

export type FinishAgainOutcome =
  | Refusal
  /** The codes are shown once, and kept nowhere. */
  | { kind: "done"; recoveryCodes: readonly string[] }
  | { kind: "wrong" }
  | { kind: "malformed" }
  /** The enrolment has expired or saw too many codes: begin again with the password. */
  | { kind: "enrolment_gone" };

type Dependencies = SignInLimits & Readonly<{ appUrl: string }>;

/** Somebody whose factors an owner has reset begins to enrol a new authenticator. Nothing counts until its code is right. */
export async function beginAgain(deps: Dependencies, identity: Identity): Promise<BeginAgainOutcome> {
  const found = await identify(deps, identity);
  if (found.kind !== "identified") return found;
  const { person, context } = found;
  const begun = await transact(deps.client, context, async (tx) => {
    await requireFactor(tx, person.merchantId, "totp");
    return beginAuthenticatorEnrolment(tx, deps.ring, person);
  });
  return { kind: "begun", ...begun, email: person.email };
}

/**
 * A code of the new authenticator ends the reset: it becomes the person's factor, the link is spent, and they get new
 * recovery codes and sign in as ever. One transaction, committed also for a wrong code, so that the tries are counted.
 */
export async function finishAgain(
  deps: Dependencies,
  { enrolmentId, code, ...identity }: Identity & Readonly<{ enrolmentId: EnrolmentId; code: string }>,
): Promise<FinishAgainOutcome> {
  const found = await identify(deps, identity);
  if (found.kind !== "identified") return found;
  const { person, context } = found;
  return transact<FinishAgainOutcome>(deps.client, context, async (tx) => {
    const outcome = await confirmAuthenticatorEnrolment(tx, context, deps.ring, person, { enrolmentId, code });
    if (outcome === "gone") return { kind: "enrolment_gone" };
    if (outcome === "wrong") return { kind: "wrong" };
    if (outcome === "malformed") return { kind: "malformed" };
    return complete(deps, tx, context, person, identity.token);
  }).catch(linkGone);
}

async function complete(
  { ring, appUrl }: Dependencies,
  tx: Transaction,
  context: AuditContext,
  person: RecoveringPerson,
  token: string,
): Promise<FinishAgainOutcome> {
  const { userId } = person;
  const isTheirs = (await consumeEmailLink(tx, token, "reset_factors")) !== null;
  if (!isTheirs || !(await clearFactorsReset(tx, userId))) throw new LinkSpent();
  const { shown, stored } = await newRecoveryCodes();
  await putRecoveryCodes(tx, userId, stored);
  await recordAudit(tx, context, {
    action: "recovery.factors_enrolled",
    outcome: "success",
    resourceType: "user",
    resourceId: userId,
  });
  await notifySecurityChange(tx, ring, person, "factors_enrolled_again", appUrl);
  return { kind: "done", recoveryCodes: shown };
}

type Identified = { kind: "identified"; person: RecoveringPerson; context: AuditContext };

/** Whose link it is, if their password came with it. Wrong ones count as at sign-in, by account and by address. */
async function identify(deps: Dependencies, { token, password, origin }: Identity): Promise<Identified | Refusal> {
  const link = await findEmailLink(deps.client.db, token, "reset_factors");
  const person = link && (await findPerson(deps.client.db, link));
  const limit = person
    ? await takeSignInLimits(deps, person.email, origin)
    : await takeAddressLimit(deps.client.db, origin, deps.addressQuota);
  if (!limit.allowed) return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  const right = await verifyPassword(person?.passwordHash ?? null, password);
  if (!person || person.disabled || !person.factorsReset) return refuse(deps, person, origin, "link_gone");
  if (!right) return refuse(deps, person, origin, "password_refused");
  const actor = { type: "user", id: person.userId } as const;
  return { kind: "identified", person, context: { actor, merchantId: person.merchantId, ...origin } };
}

async function refuse(
  { client }: Dependencies,
  person: RecoveringPerson | null,
  origin: RequestOrigin,
  kind: "link_gone" | "password_refused",
): Promise<Refusal> {
  const actor = { type: "system", id: "recovery" } as const;
  const context: AuditContext = { actor, merchantId: person?.merchantId ?? null, ...origin };
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: kind === "link_gone" ? "recovery.link_refused" : "recovery.password_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: person?.userId ?? null,
    }),
  );
  return { kind };
}
