import type { AuditContext } from "@/db/audit-context";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { putRecoveryCodes } from "@/lib/auth/recovery-code-store";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import type { SignInLimits } from "@/lib/auth/sign-in-limits";
import { consumeEmailLink } from "@/lib/email-links/email-links";
import {
  beginAuthenticatorEnrolment,
  confirmAuthenticatorEnrolment,
  type NewAuthenticator,
} from "@/lib/factors/authenticator-enrolment";
import { endEnrolment } from "@/lib/factors/enrolment-store";
import { strongFactors } from "@/lib/factors/sign-in-policy-store";
import type { EnrolmentId, LinkId } from "@/lib/ids/id";
import { notifySecurityChange } from "@/lib/messages/notify-security-change";
import { beginPasskeyEnrolment, type EnrolmentOptions, finishPasskeyEnrolment } from "@/lib/passkeys/enrol-passkey";
import { type Identity, type IdentityRefusal, identify } from "./identify";
import { LinkSpent, linkGone } from "./link-spent";
import { clearFactorsReset, type RecoveringPerson } from "./recovery-store";

/** What their merchant allows, each ready to be enrolled: one of them ends the reset. */
export type BegunAgain = Readonly<{
  kind: "begun";
  email: string;
  authenticator: NewAuthenticator | null;
  passkey: EnrolmentOptions | null;
}>;

export type BeginAgainOutcome = IdentityRefusal | BegunAgain;

/** Of the new factor: a code of the authenticator, or what a browser made. */
export type NewFactor =
  | Readonly<{ method: "totp"; enrolmentId: EnrolmentId; code: string }>
  | Readonly<{ method: "passkey"; answer: unknown }>;

type NotEnrolled =
  | { kind: "wrong" }
  | { kind: "malformed" }
  /** The enrolment has expired or saw too many codes: begin again with the password. */
  | { kind: "enrolment_gone" }
  /** The same for a passkey, whose question is used up by any answer. */
  | { kind: "passkey_refused" }
  /** The merchant has come to forbid this factor since it was begun: begin again with another one. */
  | { kind: "not_allowed" };

export type FinishAgainOutcome =
  | IdentityRefusal
  | NotEnrolled
  /** The codes are shown once, and kept nowhere. */
  | { kind: "done"; recoveryCodes: readonly string[] };

type Dependencies = SignInLimits & Readonly<{ appUrl: string }>;

/**
 * Somebody whose factors an owner has reset begins to enrol what their merchant allows now, whatever it was when they were
 * reset. Nothing counts until it is proved.
 */
export async function beginAgain(deps: Dependencies, identity: Identity): Promise<BeginAgainOutcome> {
  const found = await identify(deps, identity);
  if (found.kind !== "identified") return found;
  const { person, linkId, context } = found;
  return transact(deps.client, context, async (tx) => {
    const allowed = await strongFactors(tx, person.merchantId);
    const authenticator = allowed.includes("totp") ? await beginAuthenticatorEnrolment(tx, deps.ring, person) : null;
    const passkey = allowed.includes("passkey")
      ? await beginPasskeyEnrolment(tx, deps.appUrl, holderOf(person), linkId)
      : null;
    return { kind: "begun", email: person.email, authenticator, passkey };
  });
}

type Finish = Identity & Readonly<{ factor: NewFactor }>;

/**
 * A proved new factor ends the reset: it becomes the person's, the link is spent, and they get new recovery codes and
 * sign in as ever. One transaction, committed also for what proves nothing, so that the tries are counted.
 */
export async function finishAgain(deps: Dependencies, { factor, ...identity }: Finish): Promise<FinishAgainOutcome> {
  const found = await identify(deps, identity);
  if (found.kind !== "identified") return found;
  const { person, linkId, context } = found;
  return transact<FinishAgainOutcome>(deps.client, context, async (tx) => {
    const allowed = await strongFactors(tx, person.merchantId);
    if (!allowed.includes(factor.method)) return { kind: "not_allowed" };
    const refusal = await enrol(deps, tx, context, { person, linkId, factor });
    return refusal ?? complete(deps, tx, context, person, identity.token);
  }).catch(linkGone);
}

type Enrolment = Readonly<{ person: RecoveringPerson; linkId: LinkId; factor: NewFactor }>;

/** Null when the factor is theirs now. */
async function enrol(
  { ring, appUrl }: Dependencies,
  tx: Transaction,
  context: AuditContext,
  { person, linkId, factor }: Enrolment,
): Promise<NotEnrolled | null> {
  if (factor.method === "passkey") {
    const made = { person: holderOf(person), subject: linkId, name: null, answer: factor.answer };
    const { kind } = await finishPasskeyEnrolment(tx, { context, appUrl }, made);
    return kind === "enrolled" ? null : { kind: "passkey_refused" };
  }
  const outcome = await confirmAuthenticatorEnrolment(tx, context, ring, person, factor);
  switch (outcome) {
    case "enrolled":
    case "replaced":
      return null;
    case "gone":
      return { kind: "enrolment_gone" };
    case "wrong":
    case "malformed":
      return { kind: outcome };
  }
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
  // An authenticator that was begun beside a passkey is not to be finished by anything but a new beginning.
  await endEnrolment(tx, userId, "totp");
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

function holderOf({ userId: id, email, name }: RecoveringPerson) {
  return { id, email, name };
}
