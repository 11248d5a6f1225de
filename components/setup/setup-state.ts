/** What the first step of the first run holds, as it was typed; the password is not sent back. */
export type SetupValues = Readonly<Record<"businessName" | "country" | "timeZone" | "name" | "email", string>>;

/** What the action answers. On success the page shows the next step. */
export type SetupState =
  | { kind: "idle" }
  /** `field` is the one that is to be mended; null when none is wrong by itself. */
  | { kind: "failed"; message: string; field: string | null; values: SetupValues };

export const SETUP_IDLE: SetupState = { kind: "idle" };
