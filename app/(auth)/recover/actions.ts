"use server";

import { z } from "zod";
import type {
  BeginResult,
  FinishResult,
  Refused,
  RequestState,
  ResetResult,
} from "@/components/recovery/recovery-state";
import { keptEmail } from "@/lib/auth/email";
import { tooManyTriesError } from "@/lib/auth/note-limited";
import { publicAction, publicFormAction } from "@/lib/boundary/action";
import { parseId } from "@/lib/ids/id";
import type { AssertionOptions } from "@/lib/passkeys/begin-assertion";
import { qrCode } from "@/lib/qr/qr-code";
import type { NewFactor } from "@/lib/recovery/enrol-again";
import { recoveryProof } from "@/lib/recovery/prove-recovery";
import {
  beginProcessAgain,
  beginProcessPasskey,
  finishProcessAgain,
  requestProcessReset,
  resetProcessPassword,
} from "@/lib/recovery/recovery";
import {
  CODE_MALFORMED,
  EMAIL_MALFORMED,
  ENROLMENT_GONE,
  FACTOR_FORBIDDEN,
  FACTORS_LINK_GONE,
  LINK_GONE,
  NEW_PASSKEY_REFUSED,
  NO_PASSKEY,
  PASSKEY_REFUSED,
  PASSWORD_WRONG,
  PROOF_REFUSED,
} from "@/lib/recovery/recovery-messages";
import { FINISH_MESSAGES } from "@/lib/setup/setup-messages";

export type PasskeyQuestion = { kind: "ask"; options: AssertionOptions } | Refused;

// Far above what is ever right: what is longer is refused as it stands, and costs nothing.
const typed = z.string().max(10_000);
const token = z.string().max(100);

const request = z.strictObject({ email: typed });

/** Has a link mailed, if there is an account. */
export const requestLink = publicFormAction<typeof request, RequestState>(
  {
    name: "request_recovery",
    input: request,
    onError: (message, { email }) => ({ kind: "failed", message, email: keptEmail(email) }),
  },
  async ({ origin }, { email }) => {
    const outcome = await requestProcessReset(email, origin);
    switch (outcome.kind) {
      case "accepted":
        return { kind: "sent" };
      case "malformed":
        return { kind: "failed", message: EMAIL_MALFORMED, email: keptEmail(email) };
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
    }
  },
);

const reset = z.strictObject({ token, password: typed, proof: recoveryProof });

/** Link, new password and factor, all at once. */
export const setNewPassword = publicAction<typeof reset, ResetResult>(
  { name: "reset_password", input: reset, onError: failed },
  async ({ origin }, input) => {
    const outcome = await resetProcessPassword({ ...input, origin });
    switch (outcome.kind) {
      case "done":
        return { kind: "done" };
      case "link_gone":
        return over(LINK_GONE);
      case "password_refused":
        return failed(outcome.message);
      case "proof_refused":
        return failed(input.proof.method === "passkey" ? PASSKEY_REFUSED : PROOF_REFUSED);
      case "malformed":
        return failed(CODE_MALFORMED);
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
    }
  },
);

const link = z.strictObject({ token });

/** Begins the ceremony of a passkey for a link; nothing is sent but its challenge. */
export const beginPasskeyProof = publicAction<typeof link, PasskeyQuestion>(
  { name: "begin_recovery_passkey", input: link, onError: failed },
  async (_call, { token: sent }) => {
    const options = await beginProcessPasskey(sent);
    return options === null ? failed(NO_PASSKEY) : { kind: "ask", options };
  },
);

const identity = z.strictObject({ token, password: typed });

/** After an owner's reset: link and password, for what a new authenticator and a new passkey are made of. */
export const beginEnrolAgain = publicAction<typeof identity, BeginResult>(
  { name: "begin_enrol_again", input: identity, onError: failed },
  async ({ origin }, input) => {
    const outcome = await beginProcessAgain({ ...input, origin });
    switch (outcome.kind) {
      case "begun": {
        const { email, authenticator, passkey } = outcome;
        if (authenticator === null) return { kind: "begun", email, authenticator, passkey };
        const { enrolmentId, secret, uri } = authenticator;
        return { kind: "begun", email, authenticator: { enrolmentId, secret, qr: qrCode(uri) }, passkey };
      }
      case "link_gone":
        return over(FACTORS_LINK_GONE);
      case "password_refused":
        return failed(PASSWORD_WRONG);
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
    }
  },
);

/** A passkey is looked at with its challenge, so that what is wrong is recorded. */
const factor = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("totp"), enrolmentId: z.string().max(100), code: z.string().max(1_000) }),
  z.strictObject({ method: z.literal("passkey"), answer: z.unknown() }),
]);
const finish = z.strictObject({ token, password: typed, factor });

/** And the first code of the one or what a browser made of the other, which ends the reset. */
export const finishEnrolAgain = publicAction<typeof finish, FinishResult>(
  { name: "finish_enrol_again", input: finish, onError: notYet },
  async ({ origin }, { factor: sent, ...input }) => {
    const made = newFactor(sent);
    if (made === null) return { kind: "again", message: ENROLMENT_GONE };
    const outcome = await finishProcessAgain({ ...input, factor: made, origin });
    switch (outcome.kind) {
      case "done":
        return { kind: "done", recoveryCodes: outcome.recoveryCodes };
      case "wrong":
      case "malformed":
        return { kind: "failed", ...FINISH_MESSAGES[outcome.kind] };
      case "enrolment_gone":
        return { kind: "again", message: ENROLMENT_GONE };
      case "passkey_refused":
        return { kind: "again", message: NEW_PASSKEY_REFUSED };
      case "not_allowed":
        return { kind: "again", message: FACTOR_FORBIDDEN };
      case "link_gone":
        return { kind: "failed", message: FACTORS_LINK_GONE, next: { href: "/login", label: "Sign in" } };
      case "password_refused":
        return { kind: "again", message: PASSWORD_WRONG };
      case "limited":
        throw tooManyTriesError(outcome.retryAfterSeconds);
    }
  },
);

/** Null for the id of no enrolment that there was. */
function newFactor(sent: z.output<typeof factor>): NewFactor | null {
  if (sent.method === "passkey") return { method: "passkey", answer: sent.answer };
  const enrolmentId = parseId("enr", sent.enrolmentId);
  return enrolmentId && { method: "totp", enrolmentId, code: sent.code };
}

function notYet(message: string): FinishResult {
  return { kind: "failed", message, next: null };
}

function failed(message: string): Refused {
  return { kind: "failed", message, over: false };
}

function over(message: string): Refused {
  return { kind: "failed", message, over: true };
}
