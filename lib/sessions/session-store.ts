import type { Transaction } from "@/db/transact";
import type { Role } from "@/lib/auth/role";
import type { DeviceId, MerchantId, SessionId, UserId } from "@/lib/ids/id";

/** The factor that signed a session in. */
export type SignInMethod = "totp" | "passkey" | "sms" | "email" | "recovery_code";

/** What a merchant does about a session that is used from another address than the one it is at, or by another browser. */
export type IpPolicy = "log" | "step_up" | "revoke";

/** A live session with whom it stands for, as pages and actions see it. */
export type CurrentSession = Readonly<{
  sessionId: SessionId;
  user: Readonly<{ id: UserId; email: string; name: string; role: Role }>;
  merchant: Readonly<{ id: MerchantId; name: string; timeZone: string; country: string; ipPolicy: IpPolicy }>;
  createdAt: Date;
  /** The absolute limit, which no use extends. */
  expiresAt: Date;
  /** Where it is: the address it began at, or the last one that it moved to. */
  ip: string | null;
  /** The browser that it is bound to; null where it began without one, and then it is bound to none. */
  deviceId: DeviceId | null;
  /** Since when it waits for a proof that its new place is its user's; it opens nothing meanwhile. */
  heldAt: Date | null;
  method: SignInMethod | null;
}>;

export type NewSession = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  ip: string | null;
  userAgent: string | null;
  /** The browser, by its signed cookie. */
  deviceId: DeviceId | null;
  method: SignInMethod;
  /** The session this browser had before: it ends, whosever it was (ASVS 7.2.4). */
  replacesToken: string | null;
}>;

/** Why somebody, or something that happened, ends a session. */
export type EndReason =
  | "signed_out"
  | "revoked"
  | "user_disabled"
  | "password_changed"
  | "factors_reset"
  | "address_changed"
  | "device_changed";

/** Why a session ended: the store itself ends them as the first four. */
export type EndedReason = "replaced" | "evicted" | "idle" | "absolute" | EndReason;

/** Why a token opens nothing: its session has ended, or goes on under a newer one. */
export type RefusedReason = EndedReason | "rotated";

/** Which session: by the cookie's token, or by its id; with `userId` only if it is that user's. */
export type SessionRef = Readonly<{ token: string } | { sessionId: SessionId; userId?: UserId }>;

/** A session as its user reads of it. Its token is nowhere. */
export type SessionRecord = Readonly<{
  sessionId: SessionId;
  ip: string | null;
  userAgent: string | null;
  deviceId: DeviceId | null;
  method: SignInMethod | null;
  heldAt: Date | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  /** `by` is the user who ended it, where somebody did. */
  ended: Readonly<{ at: Date; reason: EndedReason; by: UserId | null }> | null;
}>;

/**
 * The session that a token names, or named until its last new token (`rotated`), and how it stands. For the audit trail:
 * only `resolve` lets anybody in.
 */
export type NamedSession = Readonly<{
  sessionId: SessionId;
  userId: UserId;
  merchantId: MerchantId;
  state: "live" | RefusedReason;
}>;

export type EndAll = Readonly<{ except: SessionId | null; reason: EndReason; endedBy: UserId | null }>;

export type SessionLimits = Readonly<{
  /** Without use (ASVS 7.3.1, PCI DSS 8.2.8). */
  idleSeconds: number;
  /** From sign-in, used or not (ASVS 7.3.2). */
  absoluteSeconds: number;
  /** Live sessions of one user; a newer sign-in ends the oldest. */
  maxPerUser: number;
}>;

/** How long the list tells of a session that has ended. */
export const ENDED_SHOWN_DAYS = 30;

/** How many overdue sessions one call records the end of: it holds no lock for long. */
export const ENDED_AT_ONCE_MAX = 500;

/**
 * Where sessions live. All times are the store's own, so that servers whose clocks differ agree. Every method rejects
 * when the store cannot be reached: nobody gets in because something failed.
 */
export interface SessionStore {
  /**
   * Starts a session and, in the same step, ends the user's oldest ones beyond the limit. `token` is 32 random bytes in
   * base64url: it goes into the cookie and is kept nowhere; the store has its SHA-256.
   */
  create(tx: Transaction, session: NewSession): Promise<{ token: string; sessionId: SessionId }>;
  /**
   * The live session of a token, and its idle limit starts anew; null for any other token, and for a disabled user. It may
   * be held (`heldAt`): only the wrappers of lib/boundary ask here, and they let a held one do nothing.
   */
  resolve(token: string): Promise<CurrentSession | null>;
  /** The session of a refused token, for the audit trail; no use of it. Null when it names none. */
  findNamed(token: string): Promise<NamedSession | null>;
  /** Ends a live session for good; false when it was none. `endedBy` is the user who did it, null for the product itself. */
  end(tx: Transaction, session: SessionRef, reason: EndReason, endedBy: UserId | null): Promise<boolean>;
  /** Ends every live session of a user but `except`; how many. A sign-in under way comes wholly before or after it. */
  endAll(tx: Transaction, userId: UserId, how: EndAll): Promise<number>;
  /**
   * A new token for a live session; the old one is dead at once (ASVS 7.2.4). Null when it is not live: a sign-out of the
   * same moment wins.
   */
  rotate(tx: Transaction, sessionId: SessionId): Promise<string | null>;
  /** A user's sessions: live ones first, the newest first, then those that ended within `ENDED_SHOWN_DAYS`. */
  list(userId: UserId): Promise<SessionRecord[]>;
  /** Notes that a live session is now at another address; false when it is not live, or held. */
  moveTo(tx: Transaction, sessionId: SessionId, ip: string | null): Promise<boolean>;
  /** Holds a live session until `release`; false when it is not live or held already. */
  hold(tx: Transaction, sessionId: SessionId): Promise<boolean>;
  /** Lets a held session go on where its user has proved who they are, at that address and device; false when it is not live. */
  release(
    tx: Transaction,
    sessionId: SessionId,
    to: Readonly<{ ip: string | null; deviceId: DeviceId }>,
  ): Promise<boolean>;
  /** Records the end of sessions that a limit has ended, under the moment it did; how many, `ENDED_AT_ONCE_MAX` at most. */
  endOverdue(tx: Transaction): Promise<number>;
  /** Asked before a proof is looked at, which an outage after it would tell from a wrong one: rejects while the store is away. */
  reach(): Promise<void>;
}
