import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { factorAttempts, sessions, signInChallenges, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import {
  APP_URL,
  codeOf,
  createSignInWorld,
  ORIGIN,
  passPassword,
  type SignInWorld,
  type TestUser,
  wrongCodeOf,
} from "./testing/sign-in-world";
import { verifySecondFactor } from "./verify-second-factor";

let world: SignInWorld;
let user: TestUser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await world.addUser();
});

function verify(challengeToken: string | null, code: string, client: DatabaseClient = world.client) {
  const deps = { client, ring: world.ring, sessions: world.sessions, lockoutSeconds: 900, appUrl: APP_URL };
  return verifySecondFactor(deps, {
    challengeToken,
    proof: { method: "totp", code },
    sessionToken: null,
    deviceId: newId("dev"),
    origin: ORIGIN,
  });
}

async function verifyAnew(code: string, client: DatabaseClient = world.client) {
  return verify(await passPassword(client.db, user.userId), code, client);
}

async function liveSessions(): Promise<number> {
  const rows = await world.client.db.select().from(sessions).where(eq(sessions.userId, user.userId));
  return rows.filter((row) => row.endedAt === null).length;
}

const kinds = (outcomes: readonly { kind: string }[]) =>
  Object.fromEntries([...Map.groupBy(outcomes, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));

const fifty = <T>(work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 50 }, (_, index) => work(index)));

describe("verifySecondFactor", () => {
  it("a right code makes a session that resolves, and is in the audit trail", async () => {
    const outcome = await verifyAnew(codeOf(user));
    if (outcome.kind !== "signed_in") throw new Error(outcome.kind);
    expect(await world.sessions.resolve(outcome.token)).toMatchObject({
      user: { id: user.userId, email: user.email, name: "Asha Rao", role: "owner" },
      merchant: { id: user.merchantId, name: "Test Merchant", timeZone: "Asia/Kolkata", country: "IN" },
    });
    expect(await world.auditActions(user.userId)).toEqual(["sign_in.succeeded"]);
  });

  it("totp.single-use: the attack is to read a code over a shoulder and sign in with it again", async () => {
    const code = codeOf(user);
    expect((await verifyAnew(code)).kind).toBe("signed_in");
    expect((await verifyAnew(code)).kind).toBe("refused");
    // Nor does a code of an earlier step work once a later one has (a clock that steps back brings none to life).
    expect((await verifyAnew(codeOf(user, -1))).kind).toBe("refused");
    expect(await liveSessions()).toBe(1);
  });

  it("totp.single-use.concurrent: the attack is to send one right code fifty times at once, each under its own challenge", async () => {
    const code = codeOf(user);
    const challenges = await fifty(() => passPassword(world.client.db, user.userId));
    const outcomes = await fifty((index) => verify(challenges[index] ?? null, code));
    expect(kinds(outcomes)).toEqual({ signed_in: 1, refused: 49 });
    expect(await liveSessions()).toBe(1);
  });

  it("challenge.single-use: the attack is to send one right code fifty times at once under one challenge", async () => {
    const challenge = await passPassword(world.client.db, user.userId);
    const outcomes = await fifty(() => verify(challenge, codeOf(user)));
    expect(kinds(outcomes)).toEqual({ signed_in: 1, challenge_gone: 49 });
    expect(await verify(challenge, codeOf(user, 1))).toEqual({ kind: "challenge_gone" });
    expect(await liveSessions()).toBe(1);
    // A doubled click is no wrong code.
    const [attempts] = await world.client.db
      .select()
      .from(factorAttempts)
      .where(eq(factorAttempts.userId, user.userId));
    expect(attempts).toMatchObject({ failures: 0, lockedUntil: null });
  });

  it("mfa.attempt-cap.concurrent: the attack is to guess fifty codes at once, before any count is written", async () => {
    const outcomes = await fifty(() => verifyAnew(wrongCodeOf(user)));
    expect(kinds(outcomes)).toEqual({ refused: 50 });
    const actions = await world.auditActions(user.userId);
    expect(actions.filter((action) => action === "sign_in.locked")).toHaveLength(1);
    expect(actions.filter((action) => action === "sign_in.code_refused")).toHaveLength(50);
    expect(await looked()).toBe(3);
    expect((await verifyAnew(codeOf(user))).kind).toBe("refused");
    expect(await liveSessions()).toBe(0);
  });

  /** Refusals whose code was compared, by the audit trail. */
  async function looked(): Promise<number> {
    const rows = await world.owner.db.execute<{ count: number }>(sql`
      select count(*)::int from audit_entries
       where resource_id = ${user.userId} and action = 'sign_in.code_refused' and new_values ->> 'reason' = 'wrong_code'`);
    return rows[0]?.count ?? -1;
  }

  it("mfa.attempt-cap.across-challenges: the attack is to enter the password again for three more tries", async () => {
    for (let round = 0; round < 3; round += 1) await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    expect(await looked()).toBe(3);
  });

  it("lockout.survives-restart: the attack is to wait until a deployment forgets the count", async () => {
    await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user), world.reconnect());
    expect((await verifyAnew(codeOf(user), world.reconnect())).kind).toBe("refused");
    expect(await liveSessions()).toBe(0);
  });

  it("lockout.reads-like-wrong-code: the attack is to learn from the answer when it pays to go on", async () => {
    const wrong = await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    const challenge = await passPassword(world.client.db, user.userId);
    expect(await verify(challenge, wrongCodeOf(user))).toEqual(wrong);
    expect(await verify(challenge, codeOf(user))).toEqual(wrong);
  });

  it("challenge.attempt-cap: three codes end a challenge, whether they were looked at or not; then the password comes again", async () => {
    for (const round of ["looked at", "locked"]) {
      const challenge = await passPassword(world.client.db, user.userId);
      for (let tries = 0; tries < 3; tries += 1) {
        expect(await verify(challenge, wrongCodeOf(user)), round).toEqual({ kind: "refused" });
      }
      for (const code of [wrongCodeOf(user), codeOf(user)]) {
        expect(await verify(challenge, code), round).toEqual({ kind: "challenge_gone" });
      }
    }
  });

  it("a lock ends by itself, and three tries begin anew", async () => {
    for (let round = 0; round < 3; round += 1) await verifyAnew(wrongCodeOf(user));
    await world.client.db
      .update(factorAttempts)
      .set({ lockedUntil: sql`now() - interval '1 second'` })
      .where(eq(factorAttempts.userId, user.userId));
    expect((await verifyAnew(wrongCodeOf(user))).kind).toBe("refused");
    expect((await verifyAnew(codeOf(user))).kind).toBe("signed_in");
  });

  it("mfa.attempt-cap.alternating: a success sets the count back, an unused challenge does not", async () => {
    await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    expect((await verifyAnew(codeOf(user, -1))).kind).toBe("signed_in");
    await verifyAnew(wrongCodeOf(user));
    await verifyAnew(wrongCodeOf(user));
    expect((await verifyAnew(codeOf(user))).kind).toBe("signed_in");
  });

  it("what is no code is not counted", async () => {
    for (const typed of ["", "12345", "abcdef"]) expect(await verifyAnew(typed)).toEqual({ kind: "malformed" });
    expect((await verifyAnew(codeOf(user).replace(/^.../, "$& "))).kind).toBe("signed_in");
  });

  it("challenge.expires: the attack is to find a browser where only the password was entered", async () => {
    const challenge = await passPassword(world.client.db, user.userId);
    await world.client.db
      .update(signInChallenges)
      .set({ expiresAt: sql`now() - interval '1 millisecond'` })
      .where(eq(signInChallenges.userId, user.userId));
    expect(await verify(challenge, codeOf(user))).toEqual({ kind: "challenge_gone" });
    expect(await verify("A".repeat(43), codeOf(user))).toEqual({ kind: "challenge_gone" });
    expect(await verify(null, codeOf(user))).toEqual({ kind: "challenge_gone" });
  });

  it("a user who was disabled between the two steps is sent back", async () => {
    const challenge = await passPassword(world.client.db, user.userId);
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.userId)),
    );
    expect(await verify(challenge, codeOf(user))).toEqual({ kind: "challenge_gone" });
  });

  it("sign-in.fails-closed: the attack is to sign in while the key of the secrets is missing; the try leaves nothing", async () => {
    const challenge = await passPassword(world.client.db, user.userId);
    const ring = {
      ...world.ring,
      byId: () => {
        throw new Error("no key");
      },
    };
    const deps = { client: world.client, ring, sessions: world.sessions, lockoutSeconds: 900, appUrl: APP_URL };
    const attempt = verifySecondFactor(deps, {
      challengeToken: challenge,
      proof: { method: "totp", code: codeOf(user) },
      sessionToken: null,
      deviceId: newId("dev"),
      origin: ORIGIN,
    });
    await expect(attempt).rejects.toThrow("no key");
    expect(await liveSessions()).toBe(0);
    expect((await verify(challenge, codeOf(user))).kind).toBe("signed_in");
  });
});
