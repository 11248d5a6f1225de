import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/browser";
import type { EnrolResult } from "@/components/auth/enrol-authenticator";

/** What the page's actions answer. Words are shown as they are. */
export type RequestState = { kind: "idle" } | { kind: "sent" } | { kind: "failed"; message: string; email: string };

export const REQUEST_IDLE: RequestState = { kind: "idle" };

/** `over` when the link is of no use any more, whatever is typed. */
export type Refused = { kind: "failed"; message: string; over: boolean };

export type ResetResult = { kind: "done" } | Refused;

/** What the person may enrol; one of the two at least. */
export type Begun = {
  kind: "begun";
  email: string;
  authenticator: { enrolmentId: string; secret: string; qr: { size: number; path: string } } | null;
  passkey: PublicKeyCredentialCreationOptionsJSON | null;
};

export type BeginResult = Begun | Refused;

export type NewFactor =
  | { method: "totp"; enrolmentId: string; code: string }
  | { method: "passkey"; answer: RegistrationResponseJSON };

/** `again` when what was begun is of no use any more, and the password begins anew. */
export type FinishResult = EnrolResult | { kind: "again"; message: string };
