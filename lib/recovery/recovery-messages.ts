/** The same for a link that never was, was used, or has expired. */
export const LINK_GONE =
  "This link does not work any more. Links work once and for a while, and a newer one replaces it.";

/** And for the link of an owner's reset, which nobody can ask for by themselves. */
export const FACTORS_LINK_GONE =
  "This link does not work any more. If you still cannot sign in, ask an owner of your business to reset your sign-in again.";

/** The same for a wrong code and a locked factor, so it tells the rule instead of the state. */
export const PROOF_REFUSED =
  "That was not accepted. Wait for the next code, or use another way. After three wrong codes all are refused for a while, right ones too.";

export const CODE_MALFORMED = "An authentication code has six digits, a recovery code has letters too. Type it again.";

export const PASSKEY_REFUSED = "That passkey was not accepted. Try again, or use a code.";

export const EMAIL_MALFORMED = "This is not an email address. Check its spelling.";

export const PASSWORD_WRONG = "That password is not right.";

export const ENROLMENT_GONE = "That key has expired, or saw too many wrong codes. Type your password for a new one.";

export const NEW_PASSKEY_REFUSED =
  "That passkey was not accepted. Type your password and try again, or use another device or key.";

export const FACTOR_FORBIDDEN =
  "Your business has changed what it allows. Type your password to see what you can set up.";

/** Also for a link that is gone: sending the form tells that. */
export const NO_PASSKEY = "There is no passkey to ask for. Use a code.";

export const PASSKEY_CANCELLED = "No passkey was used. Try again, or use a code.";
