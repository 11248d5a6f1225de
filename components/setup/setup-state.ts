/** What the action of the first step answers. On success the page shows the next step. */
export type SetupState =
  | { kind: "idle" }
  /** `field` is the one that is to be mended; null when none is wrong by itself. */
  | { kind: "failed"; message: string; field: string | null };

export const SETUP_IDLE: SetupState = { kind: "idle" };
