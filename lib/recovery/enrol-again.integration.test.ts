import { eq, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { emailLinks, factorEnrolments, passkeys, recoveryCodes, totpFactors, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { startSignIn } from "@/lib/auth/start-sign-in";
import {
  APP_URL,
  codeOf,
  createSignInWorld,
  ORIGIN,
  type SignInWorld,
  type TestUser,
} from "@/lib/auth/testing/sign-in-world";
import { resetDesk } from "@/lib/members/testing/reset-desk";
import type { EnrolmentOptions } from "@/lib/passkeys/enrol-passkey";
import { lastReason } from "@/lib/passkeys/testing/passkey-desk";
import { type Lies, SoftwareAuthenticator } from "@/lib/passkeys/testing/software-authenticator";
import type { SignedIn } from "@/lib/step-up/testing/step-up-desk";
import { beginAgain, finishAgain, type NewFactor } from "./enrol-again";
import { recoveryDesk } from "./testing/recovery-desk";

let world: SignInWorld;
let desk: ReturnType<typeof recoveryDesk>;
let owners: ReturnType<typeof resetDesk>;

beforeAll(async () => {
  world = await createSignInWorld();
  desk = recoveryDesk(world);
  owners = resetDesk(world, desk);
});
afterAll(() => world.close());

type Coming = Readonly<{ boss: SignedIn; member: TestUser; token: string }>;

async function resetMember(): Promise<Coming> {
  const { boss, member } = await owners.team();
  expect(await owners.reset(boss, member.userId)).toBe("done");
  return { boss, member, token: await owners.linkOf(member) };
}

const allow = ({ merchantId }: TestUser, factors: string) =>
  transact(world.owner, systemContext("test"), (tx) =>
    tx.execute(sql`update merchants set allowed_factors = ${factors}::text[] where id = ${merchantId}`),
  );

async function begun({ member, token }: Coming) {
  const outcome = await beginAgain(desk.deps, { token, password: member.password, origin: ORIGIN });
  if (outcome.kind !== "begun") throw new Error(outcome.kind);
  return outcome;
}

const finish = ({ member, token }: Coming, factor: NewFactor, password = member.password) =>
  finishAgain(desk.deps, { token, password, origin: ORIGIN, factor });

async function newApp(coming: Coming) {
  const { authenticator } = await begun(coming);
  if (authenticator === null) throw new Error("no authenticator was offered");
  const { enrolmentId, secret } = authenticator;
  return { method: "totp", enrolmentId, code: codeFor(secret) } as const;
}

const codeFor = (secret: string) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() });

function made(options: EnrolmentOptions | null, lies: Lies = {}) {
  if (options === null) throw new Error("no passkey was offered");
  return { method: "passkey", answer: new SoftwareAuthenticator(APP_URL).create(options, lies) } as const;
}

async function stateOf({ userId }: TestUser) {
  const { db } = world.owner;
  const count = (table: typeof totpFactors | typeof passkeys | typeof recoveryCodes | typeof factorEnrolments) =>
    db.$count(table, eq(table.userId, userId));
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return {
    apps: await count(totpFactors),
    passkeys: await count(passkeys),
    codes: await count(recoveryCodes),
    begun: await count(factorEnrolments),
    reset: user?.factorsResetAt !== null,
  };
}

const NOTHING = { apps: 0, passkeys: 0, codes: 0, reset: true };

describe("coming back after an owner's reset", () => {
  it("link, password and a new authenticator's code end the reset; then they sign in as ever", async () => {
    const coming = await resetMember();
    const { member, token } = coming;
    const app = await newApp(coming);
    expect(await finish(coming, app)).toMatchObject({ kind: "done", recoveryCodes: { length: 10 } });
    expect(await stateOf(member)).toEqual({ apps: 1, passkeys: 0, codes: 1, begun: 0, reset: false });
    const start = { email: member.email, password: member.password, origin: ORIGIN, deviceId: null };
    expect((await startSignIn(desk.deps, start)).kind).toBe("challenged");
    expect(await finish(coming, app)).toEqual({ kind: "link_gone" });
    expect(await beginAgain(desk.deps, { token, ...start })).toEqual({ kind: "link_gone" });
    expect((await desk.mailsTo(member.email)).at(-1)?.kind).toBe("factors_enrolled_again");
    expect(await desk.auditOf(member.userId)).toContain("recovery.factors_enrolled");
  });

  it("reset-factors.passkey-only: where only passkeys are allowed a passkey ends the reset", async () => {
    const { boss, member } = await owners.team();
    await allow(member, "{passkey,email}");
    expect(await owners.reset(boss, member.userId)).toBe("done");
    const coming = { boss, member, token: await owners.linkOf(member) };
    const { email, authenticator, passkey } = await begun(coming);
    expect([email, authenticator]).toEqual([member.email, null]);
    expect(await finish(coming, made(passkey))).toMatchObject({ kind: "done", recoveryCodes: { length: 10 } });
    expect(await stateOf(member)).toEqual({ apps: 0, passkeys: 1, codes: 1, begun: 0, reset: false });
    const start = { email: member.email, password: member.password, origin: ORIGIN, deviceId: null };
    expect((await startSignIn(desk.deps, start)).kind).toBe("challenged");
  });

  it("reset-factors.policy-changes: what is allowed now counts, at the beginning and again at the end", async () => {
    const coming = await resetMember();
    const { member } = coming;
    const { passkey } = await begun(coming);
    const app = await newApp(coming);
    await allow(member, "{passkey}");
    expect(await finish(coming, app)).toEqual({ kind: "not_allowed" });
    expect(await begun(coming)).toMatchObject({ authenticator: null });
    await allow(member, "{totp}");
    expect(await finish(coming, made(passkey))).toEqual({ kind: "not_allowed" });
    expect(await stateOf(member)).toMatchObject(NOTHING);
    const again = await begun(coming);
    expect(again.passkey).toBeNull();
    expect((await finish(coming, await newApp(coming))).kind).toBe("done");
  });

  it("a passkey that was made for another site, question or person, or without its person, ends nothing", async () => {
    const [coming, other] = [await resetMember(), await resetMember()];
    const theirs = await begun(other);
    for (const [lies, reason] of [
      [{ origin: "https://evil.example" }, "wrong_origin"],
      [{ userVerified: false }, "user_not_verified"],
    ] as const) {
      const { passkey } = await begun(coming);
      expect(await finish(coming, made(passkey, lies))).toEqual({ kind: "passkey_refused" });
      expect(await lastReason(world, "passkey.enrolment_refused")).toBe(reason);
    }
    expect(await finish(coming, made(theirs.passkey))).toEqual({ kind: "passkey_refused" });
    expect(await lastReason(world, "passkey.enrolment_refused")).toBe("challenge_of_other");
    const { passkey } = await begun(coming);
    expect(await finish(coming, made(passkey), "guess")).toEqual({ kind: "password_refused" });
    expect(await stateOf(coming.member)).toMatchObject(NOTHING);
    expect((await finish(coming, made(passkey))).kind).toBe("done");
  });

  it("the attack is to own the mailbox: without the password the link opens nothing, and tries are limited", async () => {
    const { member, token } = await resetMember();
    const kinds = [];
    for (let index = 0; index < 12; index += 1) {
      const guess = { token, password: `guess number ${index}`, origin: ORIGIN };
      kinds.push((await beginAgain(desk.deps, guess)).kind);
    }
    expect(kinds).toEqual([...Array(10).fill("password_refused"), "limited", "limited"]);
    const told = (await desk.auditOf(member.userId)).filter((action) => action === "recovery.password_refused");
    expect(told).toHaveLength(12);
    expect(await desk.auditOf(member.userId)).toContain("recovery.password_refused");
    expect(await stateOf(member)).toEqual({ ...NOTHING, begun: 0 });
  });

  it("a wrong password at the second step enrols nothing, nor does a wrong code, nor another's enrolment", async () => {
    const coming = await resetMember();
    const other = await resetMember();
    const [app, theirs] = [await newApp(coming), await newApp(other)];
    expect(await finish(coming, app, "guess")).toEqual({ kind: "password_refused" });
    expect(await finish(coming, { ...app, code: theirs.code })).toEqual({ kind: "wrong" });
    expect(await finish(coming, { ...app, code: "12345" })).toEqual({ kind: "malformed" });
    expect(await finish(coming, theirs)).toEqual({ kind: "enrolment_gone" });
    expect(await stateOf(coming.member)).toMatchObject(NOTHING);
    expect((await finish(coming, app)).kind).toBe("done");
  });

  it("recover.link-once.concurrent: of many right answers at once, of both kinds, one enrols", async () => {
    const coming = await resetMember();
    const { passkey } = await begun(coming);
    const app = await newApp(coming);
    // The second beginning has replaced the first one's question.
    expect(await finish(coming, made(passkey))).toEqual({ kind: "passkey_refused" });
    const fresh = await begun(coming);
    const factors = [made(fresh.passkey), made(fresh.passkey), app, app, made(fresh.passkey)];
    const codes = fresh.authenticator && { ...app, ...fresh.authenticator, code: codeFor(fresh.authenticator.secret) };
    const outcomes = await Promise.all([...factors, codes ?? app].map((factor) => finish(coming, factor)));
    expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(1);
    const { apps, passkeys: keys, ...rest } = await stateOf(coming.member);
    expect(apps + keys).toBe(1);
    expect(rest).toEqual({ codes: 1, begun: 0, reset: false });
  });

  it("the link is for nothing else, expires, and a second reset takes it back", async () => {
    const { boss, member, token } = await resetMember();
    const asPassword = await desk.reset(token, { method: "totp", code: codeOf(member) });
    expect(asPassword).toEqual({ kind: "link_gone" });
    expect(await owners.reset(boss, member.userId)).toBe("done");
    const from = { password: member.password, origin: ORIGIN };
    expect(await beginAgain(desk.deps, { token, ...from })).toEqual({ kind: "link_gone" });
    const second = await owners.linkOf(member);
    await world.owner.db
      .update(emailLinks)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(emailLinks.userId, member.userId));
    expect(await beginAgain(desk.deps, { token: second, ...from })).toEqual({ kind: "link_gone" });
  });
});
