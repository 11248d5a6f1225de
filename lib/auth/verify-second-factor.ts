import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { DeviceId } from "@/lib/ids/id";
import { provePasskey } from "@/lib/passkeys/prove-passkey";
import type { SessionStore } from "@/lib/sessions/session-store";
import { beginSession } from "./begin-session";
import { consumeChallenge, type SignInChallenge, takeChallengeTry } from "./challenge-store";
import { noteDeadChallenge } from "./note-dead-challenge";
import type { RequestOrigin } from "./request-origin";
import type { CodeMethod } from "./second-factor/code-methods";
import { findFactorRow } from "./second-factor/enrolled-factors-store";
import { mayUse } from "./second-factor/list-factors";
import { type CodeVerdict, doWorkOfLooking, hasCodeForm, proveCode } from "./second-factor/prove-code";
import { readChallenge } from "./sign-in-challenge";

export type SecondFactorOutcome =
  | {
      kind: "signed_in";
      token: string;
      /** What the browser is to be known by from now on. */
      deviceId: DeviceId;
      user: SignInChallenge["user"];
    }
  /** Wrong, used before, or not looked at because codes are locked: one answer for all, which tells none apart. */
  | { kind: "refused" }
  /** It has not the form of such a code, so it can never be right: not counted. */
  | { kind: "malformed" }
  /** Whatever is wrong with a passkey's answer or its account: the audit trail says what. */
  | { kind: "passkey_refused" }
  /** No open challenge: begin again with the password. */
  | { kind: "challenge_gone" };

type Dependencies = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  sessions: SessionStore;
  lockoutSeconds: number;
  appUrl: string;
}>;

/** What is offered as the second factor. */
export type Proof =
  | Readonly<{ method: CodeMethod; code: string }>
  | Readonly<{ method: "passkey" /** As the browser gave it, unchecked. */; answer: unknown }>
  /** A method that there is not: it proves nothing, and is written down. */
  | Readonly<{ method: "unknown" }>;

type Input = Readonly<{
  challengeToken: string | null;
  proof: Proof;
  /** The session cookie that came along, if any: its session ends with the new sign-in, whosever it was. */
  sessionToken: string | null;
  deviceId: DeviceId;
  origin: RequestOrigin;
}>;

/**
 * The second step of sign-in: a proof for an open challenge makes a session.
 *
 * One transaction, committed also when it refuses, so that the count of tries is kept. It takes its locks in one order
 * (challenge, tries, sessions), and holds them to the end: of fifty right codes at once one makes a session, of fifty
 * wrong ones three are looked at. Rejects when the database or the key is not there, and then nothing has happened.
 */
export async function verifySecondFactor(deps: Dependencies, input: Input): Promise<SecondFactorOutcome> {
  const challenge = await readChallenge(deps.client.db, input.challengeToken);
  if (challenge === null) {
    await noteDeadChallenge(deps.client, input.challengeToken, input.origin);
    return { kind: "challenge_gone" };
  }
  const { user, merchantId } = challenge;
  const context: AuditContext = { actor: { type: "user", id: user.id }, merchantId, ...input.origin };
  await deps.sessions.reach();
  const seen: { verdict: Verdict } = { verdict: "gone" };
  const outcome = await transact<SecondFactorOutcome>(deps.client, context, async (tx) => {
    const { proof, sessionToken: replacesToken, deviceId } = input;
    const attempt: Attempt = { tx, context, challenge, method: proof.method, replacesToken, deviceId, ...deps };
    const verdict = await prove(attempt, proof);
    seen.verdict = verdict;
    switch (verdict) {
      case "proved":
        return signIn(attempt, proof.method);
      case "malformed":
        return noteMalformed(attempt);
      case "gone":
        return { kind: "challenge_gone" };
      case "wrong":
        return refuse(attempt, "wrong_code");
      case "passkey_refused":
        return { kind: "passkey_refused" };
      case "locked":
      case "not_allowed":
        return refuse(attempt, verdict);
    }
  });
  if (seen.verdict === "locked" || seen.verdict === "not_allowed") await doWorkOfLooking(input.proof.method);
  return outcome;
}

type Verdict = CodeVerdict | "gone" | "not_allowed" | "passkey_refused";

type Attempt = Dependencies &
  Readonly<{
    tx: Transaction;
    context: AuditContext;
    challenge: SignInChallenge;
    method: Proof["method"];
    replacesToken: string | null;
    deviceId: DeviceId;
  }>;

/** A method that the user has not or the merchant forbids is refused as a wrong code is, and without a look at it. */
async function prove(
  { tx, context, ring, lockoutSeconds, appUrl, challenge }: Attempt,
  proof: Proof,
): Promise<Verdict> {
  if (proof.method === "unknown") return "malformed";
  if (proof.method !== "passkey" && !hasCodeForm(proof.method, proof.code)) return "malformed";
  const counts = proof.method !== "passkey";
  if (!(await takeChallengeTry(tx, challenge.id, counts))) return "gone";
  const who = { userId: challenge.user.id, merchantId: challenge.merchantId };
  if (proof.method === "passkey") {
    const verdict = await provePasskey(tx, { context, appUrl }, who, "second_factor", challenge.id, proof.answer);
    return verdict === "proved" ? "proved" : "passkey_refused";
  }
  const { method, code } = proof;
  const factors = await findFactorRow(tx, who.userId);
  if (factors === null || !mayUse(factors, method)) return "not_allowed";
  return proveCode(tx, { ring, lockoutSeconds, context }, who, method, code, {
    scope: "sign_in",
    subject: challenge.id,
  });
}

function refusal({ challenge, method }: Attempt, reason: "locked" | "wrong_code" | "not_allowed" | "malformed") {
  const resourceId = challenge.user.id;
  const details = { method, reason };
  return { action: "sign_in.code_refused", outcome: "denied", resourceType: "user", resourceId, details } as const;
}

async function refuse(attempt: Attempt, reason: "locked" | "wrong_code" | "not_allowed"): Promise<SecondFactorOutcome> {
  await recordAudit(attempt.tx, attempt.context, refusal(attempt, reason));
  return { kind: "refused" };
}

/** What can never be right costs no try, so what is written of it has a bound of its own. */
async function noteMalformed(attempt: Attempt): Promise<SecondFactorOutcome> {
  const { tx, context, challenge } = attempt;
  await recordRepeated(tx, context, refusal(attempt, "malformed"), challenge.user.id);
  return { kind: "malformed" };
}

async function signIn(attempt: Attempt, method: Proof["method"]): Promise<SecondFactorOutcome> {
  if (method === "unknown") throw new Error("a method that there is not has proved something");
  const { tx, challenge, replacesToken, deviceId } = attempt;
  const { id, user, merchantId } = challenge;
  // Its row has been ours since takeChallengeTry, so nobody can have been faster.
  if (!(await consumeChallenge(tx, id))) throw new Error("an open challenge could not be consumed");
  const person = { userId: user.id, merchantId, email: user.email };
  const begun = await beginSession(tx, attempt, { user: person, method, replacesToken, deviceId });
  return { kind: "signed_in", ...begun, user };
}
