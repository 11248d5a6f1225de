/** One audit entry as a page shows it; values are already masked by the database trigger or the recorder. */
export type AuditEntryView = Readonly<{
  id: string;
  /** Place in the merchant's hash chain; null until the sealer has passed (about a second). */
  sequence: number | null;
  action: string;
  outcome: "success" | "denied";
  resourceType: string;
  resourceId: string | null;
  actorType: "user" | "api_key" | "system";
  actorId: string | null;
  /** A name for people: the user's e-mail, the key's id, or the system's part. */
  actorName: string;
  oldValues: Readonly<Record<string, unknown>> | null;
  newValues: Readonly<Record<string, unknown>> | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  createdAt: Date;
}>;

/** What checking a merchant's chain showed. */
export type ChainVerdict =
  | { kind: "verified"; entries: number }
  | { kind: "broken"; sequence: number; entryId: string | null; reason: string };
