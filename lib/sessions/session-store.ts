import type { Transaction } from "@/db/transact";
import type { Role } from "@/lib/auth/role";
import type { MerchantId, SessionId, UserId } from "@/lib/ids/id";

/** A live session with whom it stands for, as pages and actions see it. */
export type CurrentSession = Readonly<{
  sessionId: SessionId;
  user: Readonly<{ id: UserId; email: string; name: string; role: Role }>;
  merchant: Readonly<{ id: MerchantId; name: string; timeZone: string; country: string }>;
  createdAt: Date;
  /** The absolute limit, which no use extends. */
  expiresAt: Date;
}>;

export type NewSession = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  ip: string | null;
  userAgent: string | null;
  /** The session this browser had before: if it is this user's, it ends (ASVS 7.2.4). */
  replacesToken: string | null;
}>;

/** Why somebody ends a session. The store itself ends others as `replaced`, `idle`, `absolute` and `evicted`. */
export type EndReason = "signed_out" | "revoked" | "user_disabled";

/** Which session: by the cookie's token, or by its id. */
export type SessionRef = Readonly<{ token: string } | { sessionId: SessionId }>;

export type SessionLimits = Readonly<{
  /** Without use (ASVS 7.3.1, PCI DSS 8.2.8). */
  idleSeconds: number;
  /** From sign-in, used or not (ASVS 7.3.2). */
  absoluteSeconds: number;
  /** Live sessions of one user; a newer sign-in ends the oldest. */
  maxPerUser: number;
}>;

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
  /** The live session of a token, and its idle limit starts anew; null for any other token, and for a disabled user. */
  resolve(token: string): Promise<CurrentSession | null>;
  /** Ends a live session for good; false when it was none. The transaction's actor is who did it. */
  end(tx: Transaction, session: SessionRef, reason: EndReason): Promise<boolean>;
}
