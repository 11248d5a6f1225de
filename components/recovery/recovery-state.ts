/** What the page's actions answer. Words are shown as they are. */
export type RequestState = { kind: "idle" } | { kind: "sent" } | { kind: "failed"; message: string; email: string };

export const REQUEST_IDLE: RequestState = { kind: "idle" };

/** `over` when the link is of no use any more, whatever is typed. */
export type Refused = { kind: "failed"; message: string; over: boolean };

export type ResetResult = { kind: "done" } | Refused;

export type BeginResult =
  | { kind: "begun"; enrolmentId: string; secret: string; qr: { size: number; path: string }; email: string }
  | Refused;
