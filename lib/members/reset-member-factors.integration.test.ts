import { eq, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { emailFactors, emailLinks, passkeys, phoneFactors, recoveryCodes, totpFactors, users } from "@/db/schema";
import { databaseErrorCode, transact } from "@/db/transact";
import type { Role } from "@/lib/auth/role";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { startSignIn } from "@/lib/auth/start-sign-in";
import { codeOf, createSignInWorld, ORIGIN, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { createEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { AppError } from "@/lib/errors/app-error";
import { newId, type UserId } from "@/lib/ids/id";
import { beginAgain, finishAgain } from "@/lib/recovery/enrol-again";
import { recoveryDesk, tokenIn } from "@/lib/recovery/testing/recovery-desk";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { listMembers } from "./member-store";
import { resetMemberFactors } from "./reset-member-factors";

const SIGN_IN_METHODS = ["totp", "passkey", "sms", "email", "recovery_code"] as const;

let world: SignInWorld;
let desk: ReturnType<typeof recoveryDesk>;

beforeAll(async () => {
  world = await createSignInWorld();
  desk = recoveryDesk(world);
});
afterAll(() => world.close());

/** An owner who is signed in, and somebody in their team. */
async function team(role: Role = "viewer", byRole: Role = "owner"): Promise<{ boss: SignedIn; member: TestUser }> {
  const owner = await world.addUser();
  const by = byRole === "owner" ? owner : await desk.join(await world.addUser(), owner, byRole);
  const member = await desk.join(await world.addUser(), owner, role);
  return { boss: await signedIn(world, by), member };
}

async function attempt(boss: SignedIn, memberId: UserId): Promise<string> {
  try {
    await resetMemberFactors(desk.deps, boss, memberId);
    return "done";
  } catch (error) {
    if (error instanceof StepUpRequired) return "step_up";
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const confirm = (boss: SignedIn, memberId: UserId) =>
  grant(world, boss, { purpose: "member.reset_factors", binds: { member: memberId }, description: "Reset" });

async function reset(boss: SignedIn, memberId: UserId): Promise<string> {
  await confirm(boss, memberId);
  return attempt(boss, memberId);
}

const stateOf = async ({ userId }: Pick<TestUser, "userId">) => {
  const { db } = world.owner;
  const tables = [totpFactors, passkeys, phoneFactors, emailFactors, recoveryCodes] as const;
  const counts = await Promise.all(tables.map((table) => db.$count(table, eq(table.userId, userId))));
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return { factors: counts.reduce((sum, count) => sum + count, 0), reset: user?.factorsResetAt !== null };
};
const linkOf = async ({ email }: TestUser) =>
  tokenIn((await desk.mailsTo(email)).filter(({ kind }) => kind === "factors_link").at(-1)?.text);

const codeFor = (secret: string) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() });

describe("reset-factors.by-owner-only", () => {
  it("needs a fresh proof for exactly this member, once", async () => {
    const { boss, member } = await team();
    const other = await desk.join(await world.addUser(), boss.user, "viewer");
    expect(await attempt(boss, member.userId)).toBe("step_up");
    await confirm(boss, other.userId);
    expect(await attempt(boss, member.userId)).toBe("step_up");
    expect(await reset(boss, member.userId)).toBe("done");
    expect(await attempt(boss, member.userId)).toBe("step_up");
    expect(await stateOf(other)).toEqual({ factors: 1, reset: false });
  });

  it.each([
    ["an admin", "an owner", "admin", "owner", "permission_denied"],
    ["an admin", "an admin", "admin", "admin", "done"],
    ["an admin", "an operator", "admin", "operator", "done"],
    ["an owner", "an owner", "owner", "owner", "done"],
    ["an owner", "an admin", "owner", "admin", "done"],
  ] as const)("%s on %s: as the table of roles has it", async (_who, _whom, byRole, role, outcome) => {
    const { boss, member } = await team(role, byRole);
    expect(await reset(boss, member.userId)).toBe(outcome);
    expect((await stateOf(member)).reset).toBe(outcome === "done");
    if (outcome === "permission_denied") expect(await desk.auditOf(member.userId)).toContain("member.reset_refused");
  });

  it("nobody resets themself, and people of another merchant are as if they were not there", async () => {
    const { boss } = await team();
    const stranger = await world.addUser();
    expect(await reset(boss, boss.user.userId)).toBe("permission_denied");
    expect(await reset(boss, stranger.userId)).toBe("not_found");
    expect(await reset(boss, newId("usr"))).toBe("not_found");
    for (const user of [boss.user, stranger]) expect(await stateOf(user)).toEqual({ factors: 1, reset: false });
    const seen = await listMembers(world.client.db, boss.user.merchantId);
    expect(seen.map(({ userId }) => userId)).not.toContain(stranger.userId);
  });

  it("the database lets no last factor go without the mark", async () => {
    const user = await world.addUser();
    const removed = transact(world.client, systemContext("test"), (tx) =>
      tx.delete(totpFactors).where(eq(totpFactors.userId, user.userId)),
    );
    expect(await removed.catch(databaseErrorCode)).toBe("23514");
  });
});

describe("a reset", () => {
  it("takes every factor, ends the sessions under its name, and tells the member and the other owners", async () => {
    const { boss, member } = await team();
    const second = await desk.join(await world.addUser(), boss.user, "owner");
    const { token } = await signedIn(world, member);
    await desk.recoveryCodesOf(member);
    await transact(world.owner, systemContext("test"), async (tx) => {
      await tx.insert(phoneFactors).values({ userId: member.userId, phone: "sealed" });
      await tx.insert(emailFactors).values({ userId: member.userId });
    });
    const passwordLink = await transact(world.owner, systemContext("test"), (tx) =>
      createEmailLink(tx, { userId: member.userId, purpose: "reset_password", subject: null, ttlSeconds: 1800 }),
    );
    expect(await reset(boss, member.userId)).toBe("done");
    expect(await findEmailLink(world.client.db, passwordLink, "reset_password")).toBeNull();
    expect(await stateOf(member)).toEqual({ factors: 0, reset: true });
    expect(await world.sessions.resolve(token)).toBeNull();
    const [session] = await world.sessions.list(member.userId);
    expect(session?.ended).toMatchObject({ reason: "factors_reset", by: boss.user.userId });
    expect((await desk.mailsTo(member.email)).map(({ kind }) => kind).sort()).toEqual([
      "factors_link",
      "factors_reset",
    ]);
    for (const owner of [boss.user, second]) {
      expect((await desk.mailsTo(owner.email)).map(({ kind }) => kind)).toEqual(["member_factors_reset"]);
    }
    expect(await desk.auditOf(member.userId)).toContain("member.factors_reset");
  });

  it("reset-factors.nobody-signs-in-meanwhile: the attack is to use the moment without a factor", async () => {
    const { boss, member } = await team();
    const [code] = await desk.recoveryCodesOf(member);
    expect(await reset(boss, member.userId)).toBe("done");
    // The password leads to a page that says so, and on from there leads nothing.
    const factors = await findFactorRow(world.client.db, member.userId);
    for (const method of SIGN_IN_METHODS) expect(factors && mayUse(factors, method)).toBe(false);
    const prove = (method: "totp" | "recovery_code" | "email" | "sms", typed: string) =>
      transact(world.client, boss.context, (tx) =>
        proveCode(tx, { ...desk.deps, lockoutSeconds: 900, context: boss.context }, member, method, typed, "subject"),
      );
    expect(await prove("totp", codeOf(member))).toBe("wrong");
    expect(await prove("recovery_code", code ?? "")).toBe("wrong");
    expect(await prove("email", "123456")).toBe("wrong");
    expect(await prove("sms", "123456")).toBe("wrong");
    // And a new password is not to be had by e-mail: it would need a factor.
    await desk.request(member.email);
    const mails = await desk.mailsTo(member.email);
    expect(mails.at(-1)).toMatchObject({ kind: "password_link", text: expect.not.stringContaining("/recover#") });
  });

  it("reset-factors.vs-sign-in.concurrent: a session of the same moment does not outlive it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { boss, member } = await team();
      await confirm(boss, member.userId);
      const context = { ...boss.context, actor: { type: "user", id: member.userId } as const };
      const signIn = transact(world.client, context, async (tx) => {
        const deps = { ...desk.deps, lockoutSeconds: 900, context };
        if ((await proveCode(tx, deps, member, "totp", codeOf(member), "subject")) !== "proved") return null;
        const from = { ip: null, userAgent: null, deviceId: null, method: "totp", replacesToken: null } as const;
        return world.sessions.create(tx, { userId: member.userId, merchantId: member.merchantId, ...from });
      });
      const [session, outcome] = await Promise.all([signIn, attempt(boss, member.userId)]);
      expect(outcome).toBe("done");
      expect(session && (await world.sessions.resolve(session.token))).toBeNull();
    }
  });

  it("is not done where its member could not come back: authenticator apps are not allowed", async () => {
    const { boss, member } = await team();
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.execute(sql`update merchants set allowed_factors = '{passkey}' where id = ${member.merchantId}`),
    );
    expect(await reset(boss, member.userId)).toBe("invalid_state");
    expect(await stateOf(member)).toEqual({ factors: 1, reset: false });
  });
});

describe("coming back", () => {
  const from = (token: string, password: string) => ({ token, password, origin: ORIGIN });

  async function resetMember() {
    const { boss, member } = await team();
    expect(await reset(boss, member.userId)).toBe("done");
    return { boss, member, token: await linkOf(member) };
  }

  async function begun(token: string, member: TestUser) {
    const outcome = await beginAgain(desk.deps, from(token, member.password));
    if (outcome.kind !== "begun") throw new Error(outcome.kind);
    return outcome;
  }

  it("link, password and a new authenticator's code end the reset; then they sign in as ever", async () => {
    const { member, token } = await resetMember();
    const { enrolmentId, secret, email } = await begun(token, member);
    expect(email).toBe(member.email);
    const finish = { ...from(token, member.password), enrolmentId, code: codeFor(secret) };
    const outcome = await finishAgain(desk.deps, finish);
    expect(outcome).toMatchObject({ kind: "done", recoveryCodes: { length: 10 } });
    expect(await stateOf(member)).toEqual({ factors: 2, reset: false });
    const start = { email: member.email, password: member.password, origin: ORIGIN };
    expect((await startSignIn(desk.deps, start)).kind).toBe("challenged");
    expect(await finishAgain(desk.deps, finish)).toEqual({ kind: "link_gone" });
    expect(await beginAgain(desk.deps, from(token, member.password))).toEqual({ kind: "link_gone" });
    expect((await desk.mailsTo(member.email)).at(-1)?.kind).toBe("factors_enrolled_again");
    expect(await desk.auditOf(member.userId)).toContain("recovery.factors_enrolled");
  });

  it("the attack is to own the mailbox: without the password the link opens nothing, and tries are limited", async () => {
    const { member, token } = await resetMember();
    const kinds = [];
    for (let index = 0; index < 12; index += 1) {
      kinds.push((await beginAgain(desk.deps, from(token, `guess number ${index}`))).kind);
    }
    expect(kinds).toEqual([...Array(10).fill("password_refused"), "limited", "limited"]);
    expect(await desk.auditOf(member.userId)).toContain("recovery.password_refused");
    expect(await stateOf(member)).toEqual({ factors: 0, reset: true });
  });

  it("a wrong password at the second step enrols nothing, nor does a wrong code, nor another's enrolment", async () => {
    const { member, token } = await resetMember();
    const other = await resetMember();
    const { enrolmentId, secret } = await begun(token, member);
    const theirs = await begun(other.token, other.member);
    const finish = { ...from(token, member.password), enrolmentId, code: codeFor(secret) };
    expect(await finishAgain(desk.deps, { ...finish, password: "guess" })).toEqual({ kind: "password_refused" });
    expect(await finishAgain(desk.deps, { ...finish, code: codeFor(theirs.secret) })).toEqual({ kind: "wrong" });
    expect(await finishAgain(desk.deps, { ...finish, code: "12345" })).toEqual({ kind: "malformed" });
    const crossed = { ...finish, enrolmentId: theirs.enrolmentId, code: codeFor(theirs.secret) };
    expect(await finishAgain(desk.deps, crossed)).toEqual({ kind: "enrolment_gone" });
    expect(await stateOf(member)).toEqual({ factors: 0, reset: true });
    expect((await finishAgain(desk.deps, finish)).kind).toBe("done");
  });

  it("recover.link-once.concurrent: of many right answers at once one enrols", async () => {
    const { member, token } = await resetMember();
    const { enrolmentId, secret } = await begun(token, member);
    const finish = { ...from(token, member.password), enrolmentId, code: codeFor(secret) };
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => finishAgain(desk.deps, finish)));
    expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(1);
    expect(await stateOf(member)).toEqual({ factors: 2, reset: false });
  });

  it("the link is for nothing else, expires, and a second reset takes it back", async () => {
    const { boss, member, token } = await resetMember();
    const asPassword = await desk.reset(token, { method: "totp", code: codeOf(member) });
    expect(asPassword).toEqual({ kind: "link_gone" });
    expect(await reset(boss, member.userId)).toBe("done");
    expect(await beginAgain(desk.deps, from(token, member.password))).toEqual({ kind: "link_gone" });
    const second = await linkOf(member);
    await world.owner.db
      .update(emailLinks)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(emailLinks.userId, member.userId));
    expect(await beginAgain(desk.deps, from(second, member.password))).toEqual({ kind: "link_gone" });
  });
});
