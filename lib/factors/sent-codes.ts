import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { type CodeVerdict, hasCodeForm, proveCode } from "@/lib/auth/second-factor/prove-code";
import { sendCode } from "@/lib/auth/send-code";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import { AppError } from "@/lib/errors/app-error";
import { type EnrolmentId, newId } from "@/lib/ids/id";
import type { Limits } from "@/lib/rate-limit/limits";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { beginEnrolment, endEnrolment, takeEnrolmentTry } from "./enrolment-store";
import { openPhone, type PhoneNumber, phoneHint, sealPhone } from "./phone-number";
import { deleteEmailCodes, deletePhone, insertEmailCodes, replacePhone } from "./sent-code-store";
import { requireFactor } from "./sign-in-policy-store";

/** What these need besides the transaction. */
type Desk = Readonly<{ ring: KeyRing; context: AuditContext; session: CurrentSession }>;

type Typed = Readonly<{ enrolmentId: EnrolmentId; code: string }>;

export type SentCodeOutcome = "enrolled" | "replaced" | Exclude<CodeVerdict, "proved"> | "gone";

/** And what sending a code needs. */
type SendingDesk = Desk & Readonly<{ limits: Limits }>;

/** Sends a code to a new number. Throws when the merchant forbids it, and when codes were sent too often. */
export async function beginTextMessages(tx: Transaction, desk: SendingDesk, phone: PhoneNumber): Promise<EnrolmentId> {
  const { ring, session } = desk;
  await requireFactor(tx, session.merchant.id, "sms");
  // Keyed: a number is found from its plain hash in minutes.
  const binds = { phone: mac(ring, "blind-index", ["step-up-phone", phone]).digest.toString("base64url") };
  const description = `Add ${phoneHint(phone)} for codes by text message`;
  await requireStepUp(tx, session, { purpose: "text_message.add", binds, description });
  return begin(tx, desk, "sms", phone, sealPhone(ring, ownerOf(session), phone));
}

/** Sends a code to the account's own address. */
export async function beginEmailCodes(tx: Transaction, desk: SendingDesk): Promise<EnrolmentId> {
  const { session } = desk;
  await requireFactor(tx, session.merchant.id, "email");
  const description = "Turn on codes by email";
  await requireStepUp(tx, session, { purpose: "email_codes.add", binds: {}, description });
  return begin(tx, desk, "email", session.user.email, null);
}

async function begin(
  tx: Transaction,
  { ring, context, session, limits }: SendingDesk,
  channel: "sms" | "email",
  to: string,
  sealed: string | null,
): Promise<EnrolmentId> {
  const id = newId("enr");
  await beginEnrolment(tx, { id, userId: session.user.id, kind: channel, sealed });
  const code = { user: ownerOf(session), channel, to, subject: id, purpose: "enrolment" } as const;
  const outcome = await sendCode(tx, { ring, context, limits }, code);
  if (outcome.kind === "sent") return id;
  const { retryAfterSeconds } = outcome;
  const detail = `A code was sent a moment ago. Wait ${retryAfterSeconds} s, then try again.`;
  throw new AppError("rate_limited", detail, { retryAfterSeconds });
}

/**
 * Takes the code that arrived, and then sends sign-in codes there. Commits also when it refuses, so that the tries are
 * counted. The merchant may have forbidden it meanwhile.
 */
export async function confirmSentCode(
  tx: Transaction,
  desk: Desk & Readonly<{ lockoutSeconds: number }>,
  channel: "sms" | "email",
  { enrolmentId, code }: Typed,
): Promise<SentCodeOutcome> {
  const { session } = desk;
  const userId = session.user.id;
  await requireFactor(tx, session.merchant.id, channel);
  if (!hasCodeForm(channel, code)) return refuse(tx, desk, channel, "malformed");
  const enrolment = await takeEnrolmentTry(tx, userId, channel, enrolmentId);
  if (enrolment === null) return refuse(tx, desk, channel, "gone");
  const verdict = await proveCode(tx, desk, ownerOf(session), channel, code, {
    scope: "session",
    subject: enrolmentId,
  });
  if (verdict !== "proved") return refuse(tx, desk, channel, verdict);
  await endEnrolment(tx, userId, channel);
  if (channel === "email") {
    await insertEmailCodes(tx, userId);
    return "enrolled";
  }
  // Opened, so that a row that was tampered with becomes nobody's number.
  const phone = openPhone(desk.ring, ownerOf(session), enrolment.sealed ?? "");
  const replaced = await replacePhone(tx, userId, sealPhone(desk.ring, ownerOf(session), phone));
  return replaced ? "replaced" : "enrolled";
}

async function refuse<Reason extends Exclude<SentCodeOutcome, "enrolled" | "replaced">>(
  tx: Transaction,
  { context, session }: Desk,
  channel: "sms" | "email",
  reason: Reason,
): Promise<Reason> {
  const refusal = {
    action: channel === "sms" ? "text_message.code_refused" : "email_codes.code_refused",
    outcome: "denied",
    resourceType: "user",
    resourceId: session.user.id,
    details: { reason },
  } as const;
  await recordRepeated(tx, context, refusal, session.user.id);
  return reason;
}

export async function removeTextMessages(tx: Transaction, session: CurrentSession): Promise<void> {
  const description = "Turn off codes by text message";
  await requireStepUp(tx, session, { purpose: "text_message.remove", binds: {}, description });
  if (!(await deletePhone(tx, session.user.id))) throw nothingToRemove();
  await endEnrolment(tx, session.user.id, "sms");
}

export async function removeEmailCodes(tx: Transaction, session: CurrentSession): Promise<void> {
  const description = "Turn off codes by email";
  await requireStepUp(tx, session, { purpose: "email_codes.remove", binds: {}, description });
  if (!(await deleteEmailCodes(tx, session.user.id))) throw nothingToRemove();
  await endEnrolment(tx, session.user.id, "email");
}

function nothingToRemove(): AppError {
  return new AppError("invalid_state", "They are off already. Reload the page.");
}

function ownerOf({ user, merchant }: CurrentSession) {
  return { userId: user.id, merchantId: merchant.id };
}
