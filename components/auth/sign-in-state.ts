/** What the sign-in action answers. On success it redirects and so answers nothing. */
export type SignInState =
  | { kind: "idle" }
  /** `message` is shown as it is; `email` is what was typed, to be shown again. */
  | { kind: "failed"; message: string; email: string };

export const SIGN_IN_IDLE: SignInState = { kind: "idle" };
