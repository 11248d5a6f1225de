/** A session as the page shows it: in words, but for the times. */
export type SessionView = Readonly<{
  id: string;
  /** "Chrome on Windows". */
  device: string;
  /** What the browser called itself, for who wants to know. */
  userAgent: string | null;
  address: string | null;
  method: string;
  since: Date;
  lastSeen: Date;
  state:
    | Readonly<{ kind: "current" }>
    | Readonly<{ kind: "active" }>
    | Readonly<{ kind: "held" }>
    | Readonly<{ kind: "ended"; at: Date; why: string }>;
}>;
