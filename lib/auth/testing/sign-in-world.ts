import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient, type Queryable } from "@/db/client";
import { auditEntries, merchants, totpFactors, users } from "@/db/schema";
import { createTestDatabase } from "@/db/testing/test-database";
import { transact } from "@/db/transact";
import { createKeyRing, KEY_PURPOSES, type KeyRing } from "@/lib/crypto/key-ring";
import { createDataKey } from "@/lib/crypto/key-wrapping";
import { type MerchantId, newId, type UserId } from "@/lib/ids/id";
import type { Limits } from "@/lib/rate-limit/limits";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import type { SessionLimits, SessionStore } from "@/lib/sessions/session-store";
import { hashPassword } from "../password";
import type { RequestOrigin } from "../request-origin";
import { openChallenge } from "../sign-in-challenge";
import { sealTotpSecret } from "../totp-secret";
import { findPasswordHash } from "../user-store";

export type TestUser = Readonly<{
  userId: UserId;
  merchantId: MerchantId;
  email: string;
  password: string;
  /** Base32. */
  secret: string;
}>;

export type SignInWorld = Readonly<{
  /** As the application's role. */
  client: DatabaseClient;
  /** As the database's owner, for what only tests and migrations do. */
  owner: DatabaseClient;
  ring: KeyRing;
  sessions: SessionStore;
  /** In Postgres, with plenty of tries for each address. */
  limits: Limits;
  /** Where `client` connects to. */
  appUrl: string;
  /** A new pool, as a restarted server has. */
  reconnect: () => DatabaseClient;
  addUser: () => Promise<TestUser>;
  auditActions: (userId: UserId) => Promise<string[]>;
  close: () => Promise<void>;
}>;

export const TEST_LIMITS: SessionLimits = { idleSeconds: 900, absoluteSeconds: 43_200, maxPerUser: 3 };

/** Where the tests' product is open to browsers. */
export const APP_URL = "http://localhost:44000";

export const ORIGIN: RequestOrigin = { ip: "192.0.2.7", userAgent: "Test", requestId: null };

/** A database of its own with keys, and users that can sign in. */
export async function createSignInWorld(limits = TEST_LIMITS): Promise<SignInWorld> {
  const database = await createTestDatabase();
  const open = (url: string) => connect(url, { poolSize: 20, statementTimeoutMs: 15_000 });
  const clients = [open(database.appUrl), open(database.ownerUrl)] as const;
  const [client, owner] = clients;
  const extra: DatabaseClient[] = [];
  const ring = createKeyRing(KEY_PURPOSES.map((purpose) => createDataKey(purpose, new Date())));
  return {
    client,
    owner,
    ring,
    sessions: postgresSessionStore(client.db, limits),
    limits: testLimits(client.db),
    appUrl: database.appUrl,
    reconnect: () => {
      const fresh = open(database.appUrl);
      extra.push(fresh);
      return fresh;
    },
    addUser: () => addUser(owner, ring),
    auditActions: async (userId) => {
      const rows = await owner.db.select().from(auditEntries).orderBy(auditEntries.id);
      return rows
        .filter((row) => row.resourceId === userId && row.action.startsWith("sign_in"))
        .map((row) => row.action);
    },
    close: async () => {
      await Promise.all([...clients, ...extra].map((each) => each.close()));
      await database.drop();
    },
  };
}

export async function addUser(owner: DatabaseClient, ring: KeyRing): Promise<TestUser> {
  const merchantId = newId("mer");
  const userId = newId("usr");
  const email = `${userId.replace("_", ".")}@example.com`;
  const password = `correct horse ${randomBytes(6).toString("hex")}`;
  const secret = new Secret({ size: 20 }).base32;
  const passwordHash = await hashPassword(password);
  await transact(owner, systemContext("test"), async (tx) => {
    const merchant = { name: "Test Merchant", country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" } as const;
    await tx.insert(merchants).values({ id: merchantId, ...merchant });
    await tx.insert(users).values({ id: userId, merchantId, email, name: "Asha Rao", role: "owner", passwordHash });
    await tx.insert(totpFactors).values({ userId, secret: sealTotpSecret(ring, { merchantId, userId }, secret) });
  });
  return { userId, merchantId, email, password, secret };
}

/** The code an authenticator app shows, `steps` time steps from now. */
export function codeOf(user: TestUser, steps = 0): string {
  return TOTP.generate({ secret: Secret.fromBase32(user.secret), timestamp: Date.now() + steps * 30_000 });
}

/** A code that is right at no moment within ten minutes. */
export function wrongCodeOf(user: TestUser): string {
  const right = new Set(Array.from({ length: 41 }, (_, index) => codeOf(user, index - 20)));
  const candidates = Array.from({ length: 100 }, (_, index) => String(100_000 + index * 7919));
  return candidates.find((code) => !right.has(code)) ?? "000000";
}

/** As after a right password: the token of an open challenge. */
export async function passPassword(db: Queryable, userId: UserId): Promise<string> {
  const hash = await findPasswordHash(db, userId);
  const token = hash && (await openChallenge(db, userId, hash));
  if (!token) throw new Error("no challenge could be opened");
  return token;
}
