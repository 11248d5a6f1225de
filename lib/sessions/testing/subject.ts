import type { AuditContext } from "@/db/audit-context";
import { type Transaction, transact } from "@/db/transact";
import type { SignInWorld, TestUser } from "@/lib/auth/testing/sign-in-world";
import { newId, type SessionId } from "@/lib/ids/id";
import type { NewSession, SessionRecord, SessionRef, SessionStore } from "../session-store";

export type StoreUnderTest = Readonly<{
  world: SignInWorld;
  store: SessionStore;
  /** Moves a session's times back, as if so many seconds had passed since it was seen, and since it was made. */
  age: (token: string, seenSeconds: number, createdSeconds: number) => Promise<void>;
  /** Why a session ended; null while it has not. */
  endedReason: (token: string) => Promise<string | null>;
}>;

/** Where the sessions of these tests come from. */
export const FROM = { ip: "192.0.2.7", userAgent: "Test", deviceId: newId("dev"), method: "totp" } as const;

/** The store with a user of the test's own. */
export class Subject {
  #test: StoreUnderTest | null = null;
  #user: TestUser | null = null;

  use(test: StoreUnderTest): void {
    this.#test = test;
  }

  async nextUser(): Promise<void> {
    this.#user = await this.test.world.addUser();
  }

  get test(): StoreUnderTest {
    if (this.#test === null) throw new Error("no store was set up");
    return this.#test;
  }

  get user(): TestUser {
    if (this.#user === null) throw new Error("no user was set up");
    return this.#user;
  }

  create(replacesToken: string | null = null) {
    const { userId, merchantId } = this.user;
    const session: NewSession = { userId, merchantId, ...FROM, replacesToken };
    return this.change((tx, store) => store.create(tx, session));
  }

  end(ref: SessionRef): Promise<boolean> {
    return this.change((tx, store) => store.end(tx, ref, "signed_out", this.user.userId));
  }

  endOthers(except: SessionId | null): Promise<number> {
    const endedBy = this.user.userId;
    return this.change((tx, store) => store.endAll(tx, endedBy, { except, reason: "revoked", endedBy }));
  }

  rotate(sessionId: SessionId): Promise<string | null> {
    return this.change((tx, store) => store.rotate(tx, sessionId));
  }

  list(): Promise<SessionRecord[]> {
    return this.test.store.list(this.user.userId);
  }

  async isLive(token: string): Promise<boolean> {
    return (await this.test.store.resolve(token)) !== null;
  }

  /** As the user, in a transaction of theirs. */
  change<T>(work: (tx: Transaction, store: SessionStore) => Promise<T>): Promise<T> {
    const { userId, merchantId } = this.user;
    const actor = { type: "user", id: userId } as const;
    const context: AuditContext = { actor, merchantId, ip: null, userAgent: null, requestId: null };
    return transact(this.test.world.client, context, (tx) => work(tx, this.test.store));
  }
}
