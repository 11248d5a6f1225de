import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, outgoingMessages, sessions, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { createEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { POLICIES } from "@/lib/rate-limit/policies";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { type ChangeOutcome, changePassword } from "./change-password";
import { verifyPassword } from "./password";
import { readChallenge } from "./sign-in-challenge";
import { takeSignInLimits } from "./sign-in-limits";
import { createSignInWorld, ORIGIN, passPassword, type SignInWorld } from "./testing/sign-in-world";

const { quota: ACCOUNT } = POLICIES.own_password;

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());
const NEXT = "seven quiet herons wade";
let address = 0;

function change(person: SignedIn, given: { current?: string; next?: string } = {}): Promise<ChangeOutcome> {
  const { session, user } = person;
  const deps = { ...world, appUrl: "http://localhost:3000" };
  address += 1;
  const context = { ...person.context, ...ORIGIN, ip: `198.51.100.${address % 250}` };
  return changePassword(deps, { session, context, current: user.password, next: NEXT, ...given });
}

const allow = (person: SignedIn) =>
  grant(world, person, { purpose: "password.change", binds: {}, description: "Change your password" });

async function hasPassword({ user }: SignedIn, password: string): Promise<boolean> {
  const [row] = await world.owner.db.select().from(users).where(eq(users.id, user.userId));
  return verifyPassword(row?.passwordHash ?? null, password);
}

describe("password.change", () => {
  it("ends every other session under its reason, and gives this one a new token", async () => {
    const person = await somebody();
    const others = [await signedIn(world, person.user), await signedIn(world, person.user)];
    const stranger = await somebody();
    await allow(person);
    const outcome = await change(person);
    if (outcome.kind !== "changed") throw new Error(outcome.message);
    expect(outcome.endedSessions).toBe(2);
    for (const { token } of [person, ...others]) expect(await world.sessions.resolve(token)).toBeNull();
    expect(await world.sessions.resolve(outcome.token)).toMatchObject({ sessionId: person.session.sessionId });
    expect(await world.sessions.resolve(stranger.token)).not.toBeNull();
    const [ended] = await world.owner.db
      .select()
      .from(sessions)
      .where(eq(sessions.id, others[0]?.session.sessionId ?? ""));
    expect(ended).toMatchObject({ endedReason: "password_changed", endedBy: person.user.userId });
    expect([await hasPassword(person, NEXT), await hasPassword(person, person.user.password)]).toEqual([true, false]);
  });

  it("password.change.leftovers: the attack is to go on with what the old password, or an old e-mail, has opened", async () => {
    const person = await somebody();
    const { userId } = person.user;
    const challenge = await passPassword(world.client.db, userId);
    const link = await transact(world.client, person.context, (tx) =>
      createEmailLink(tx, { userId, purpose: "reset_password", subject: null, ttlSeconds: 600 }),
    );
    expect(await readChallenge(world.client.db, challenge)).not.toBeNull();
    await allow(person);
    await change(person);
    expect(await readChallenge(world.client.db, challenge)).toBeNull();
    expect(await findEmailLink(world.client.db, link, "reset_password")).toBeNull();
  });

  it("is told by e-mail and in the trail, where neither password nor hash is", async () => {
    const person = await somebody();
    await allow(person);
    await change(person);
    const messages = await world.owner.db
      .select()
      .from(outgoingMessages)
      .where(eq(outgoingMessages.merchantId, person.user.merchantId));
    expect(messages.map(({ kind }) => kind)).toEqual(["password_changed"]);
    const entries = await world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.merchantId, person.user.merchantId));
    expect(entries.filter(({ action }) => action === "user.updated")).toHaveLength(1);
    const told = JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? String(value) : value));
    expect(told).not.toContain(NEXT);
    expect(told).not.toContain("argon2id$v");
  });

  it("is not made without a proof, and the proof is not asked for before the passwords are in order", async () => {
    const person = await somebody();
    await expect(change(person)).rejects.toBeInstanceOf(StepUpRequired);
    expect(await change(person, { current: "not the password at all" })).toMatchObject({ kind: "refused" });
    expect(await change(person, { next: "password1234" })).toMatchObject({ kind: "refused" });
    expect(await change(person, { next: person.user.password })).toMatchObject({ kind: "refused" });
    expect(await hasPassword(person, person.user.password)).toBe(true);
    expect(await world.sessions.resolve(person.token)).not.toBeNull();
  });

  it("password.change.guessing: the attack is to guess the password from a session that was left open", async () => {
    const person = await somebody();
    const { session, user } = person;
    const deps = { ...world, appUrl: "http://localhost:3000" };
    const guess = (current: string) => changePassword(deps, { session, context: person.context, current, next: NEXT });
    const outcomes: ChangeOutcome[] = [];
    for (let round = 0; round < ACCOUNT.limit + 2; round += 1) outcomes.push(await guess(`wrong guess ${round}`));
    const messages = outcomes.map((outcome) => (outcome.kind === "refused" ? outcome.message : ""));
    expect(messages.filter((message) => message.startsWith("Your current password"))).toHaveLength(ACCOUNT.limit);
    // The right one is not looked at either.
    expect(await guess(user.password)).toMatchObject({ message: expect.stringContaining("Too many tries") });
    const refusals = await world.owner.db
      .select({ count: sql<number>`count(*)::int` })
      .from(auditEntries)
      .where(sql`${auditEntries.action} = 'password.change_refused' and ${auditEntries.resourceId} = ${user.userId}`);
    // What was not looked at is written down as well.
    expect(refusals).toEqual([{ count: ACCOUNT.limit + 3 }]);
    // password.change.locked-out: the thief of this session keeps nobody from changing it in another.
    const other = await signedIn(world, user);
    await allow(other);
    expect((await change(other)).kind).toBe("changed");
  });

  it("password.change.limits-apart: the attack is to keep somebody from changing their password by guessing at the sign-in", async () => {
    const person = await somebody();
    const { email } = person.user;
    const tries = Array.from({ length: POLICIES.sign_in_account_in_all.quota.limit }, (_, index) => ({
      ...ORIGIN,
      ip: `192.0.2.${index}`,
    }));
    await Promise.all(tries.map((origin) => takeSignInLimits(world, { typed: email, origin, deviceId: null })));
    expect(await takeSignInLimits(world, { typed: email, origin: ORIGIN, deviceId: null })).toMatchObject({
      allowed: false,
    });
    await allow(person);
    expect((await change(person)).kind).toBe("changed");
  });

  it("password.change.concurrent: of two changes at once one is made, and one proof makes one", async () => {
    const person = await somebody();
    await allow(person);
    const [one, two] = ["seven quiet herons wade", "eleven blue kettles sing"];
    const outcomes = await Promise.allSettled([change(person, { next: one }), change(person, { next: two })]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const right = await Promise.all([hasPassword(person, one), hasPassword(person, two)]);
    expect(right.filter(Boolean)).toHaveLength(1);
  });
});
