type Notice = Readonly<{
  /** After "Countinghouse: ". */
  subject: string;
  /** What happened to the reader's account, as a sentence. */
  happened: string;
}>;

/** What is told by e-mail whenever it happens (ASVS 6.3.7). No text names a number, a code or a key. */
export const SECURITY_CHANGES = {
  authenticator_added: { subject: "authenticator app added", happened: "An authenticator app was added." },
  authenticator_replaced: { subject: "authenticator app replaced", happened: "Your authenticator app was replaced." },
  authenticator_removed: { subject: "authenticator app removed", happened: "Your authenticator app was removed." },
  passkey_added: { subject: "passkey added", happened: "A passkey was added." },
  passkey_removed: { subject: "passkey removed", happened: "A passkey was removed." },
  phone_added: { subject: "codes by text message turned on", happened: "Codes by text message were turned on." },
  phone_replaced: {
    subject: "number for text messages changed",
    happened: "The number that codes are texted to was changed.",
  },
  phone_removed: { subject: "codes by text message turned off", happened: "Codes by text message were turned off." },
  email_codes_on: { subject: "codes by email turned on", happened: "Codes by email were turned on." },
  email_codes_off: { subject: "codes by email turned off", happened: "Codes by email were turned off." },
  recovery_codes_made: {
    subject: "new recovery codes",
    happened: "New recovery codes were made. The codes from before no longer work.",
  },
  recovery_code_used: {
    subject: "recovery code used",
    happened: "A recovery code was used. It cannot be used again.",
  },
  password_changed: { subject: "password changed", happened: "Your password was changed." },
  password_reset: { subject: "password reset", happened: "Your password was reset by a link from an email." },
  factors_reset: {
    subject: "sign-in methods reset",
    happened: "An owner reset your ways of signing in. You set up new ones before you can sign in again.",
  },
  factors_enrolled_again: {
    subject: "sign-in methods set up again",
    happened: "Your ways of signing in were set up again after an owner reset them.",
  },
  sessions_ended: { subject: "sessions ended", happened: "All your other sessions were ended." },
} as const satisfies Readonly<Record<string, Notice>>;

export type SecurityChange = keyof typeof SECURITY_CHANGES;
