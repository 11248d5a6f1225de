import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { emailFactors, passkeys, phoneFactors, recoveryCodes, totpFactors, users } from "@/db/schema";
import { databaseErrorCode, transact } from "@/db/transact";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { codeOf, createSignInWorld, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { createEmailLink, findEmailLink } from "@/lib/email-links/email-links";
import { newId } from "@/lib/ids/id";
import { recoveryDesk } from "@/lib/recovery/testing/recovery-desk";
import { signedIn } from "@/lib/step-up/testing/step-up-desk";
import { listMembers } from "./member-store";
import { resetDesk } from "./testing/reset-desk";

const SIGN_IN_METHODS = ["totp", "passkey", "sms", "email", "recovery_code"] as const;

let world: SignInWorld;
let desk: ReturnType<typeof recoveryDesk>;
let by: ReturnType<typeof resetDesk>;

beforeAll(async () => {
  world = await createSignInWorld();
  desk = recoveryDesk(world);
  by = resetDesk(world, desk);
});
afterAll(() => world.close());

const stateOf = async ({ userId }: Pick<TestUser, "userId">) => {
  const { db } = world.owner;
  const tables = [totpFactors, passkeys, phoneFactors, emailFactors, recoveryCodes] as const;
  const counts = await Promise.all(tables.map((table) => db.$count(table, eq(table.userId, userId))));
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  return { factors: counts.reduce((sum, count) => sum + count, 0), reset: user?.factorsResetAt !== null };
};
describe("reset-factors.by-owner-only", () => {
  it("needs a fresh proof for exactly this member, once", async () => {
    const { boss, member } = await by.team();
    const other = await desk.join(await world.addUser(), boss.user, "viewer");
    expect(await by.attempt(boss, member.userId)).toBe("step_up");
    await by.confirm(boss, other.userId);
    expect(await by.attempt(boss, member.userId)).toBe("step_up");
    expect(await by.reset(boss, member.userId)).toBe("done");
    expect(await by.attempt(boss, member.userId)).toBe("step_up");
    expect(await stateOf(other)).toEqual({ factors: 1, reset: false });
  });

  it.each([
    ["an admin", "an owner", "admin", "owner", "permission_denied"],
    ["an admin", "an admin", "admin", "admin", "done"],
    ["an admin", "an operator", "admin", "operator", "done"],
    ["an owner", "an owner", "owner", "owner", "done"],
    ["an owner", "an admin", "owner", "admin", "done"],
  ] as const)("%s on %s: as the table of roles has it", async (_who, _whom, byRole, role, outcome) => {
    const { boss, member } = await by.team(role, byRole);
    expect(await by.reset(boss, member.userId)).toBe(outcome);
    expect((await stateOf(member)).reset).toBe(outcome === "done");
    if (outcome === "permission_denied") expect(await desk.auditOf(member.userId)).toContain("member.reset_refused");
  });

  it("nobody resets themself, and people of another merchant are as if they were not there", async () => {
    const { boss } = await by.team();
    const stranger = await world.addUser();
    expect(await by.reset(boss, boss.user.userId)).toBe("permission_denied");
    expect(await by.reset(boss, stranger.userId)).toBe("not_found");
    expect(await by.reset(boss, newId("usr"))).toBe("not_found");
    expect(await desk.auditOf(stranger.userId)).toContain("member.reset_refused");
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
    const { boss, member } = await by.team();
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
    expect(await by.reset(boss, member.userId)).toBe("done");
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
    const { boss, member } = await by.team();
    const [code] = await desk.recoveryCodesOf(member);
    expect(await by.reset(boss, member.userId)).toBe("done");
    // The password leads to a page that says so, and on from there leads nothing.
    const factors = await findFactorRow(world.client.db, member.userId);
    for (const method of SIGN_IN_METHODS) expect(factors && mayUse(factors, method)).toBe(false);
    const prove = (method: "totp" | "recovery_code" | "email" | "sms", typed: string) =>
      transact(world.client, boss.context, (tx) =>
        proveCode(tx, { ...desk.deps, lockoutSeconds: 900, context: boss.context }, member, method, typed, {
          scope: method === "totp" || method === "recovery_code" ? "sign_in" : "session",
          subject: "subject",
        }),
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
      const { boss, member } = await by.team();
      await by.confirm(boss, member.userId);
      const context = { ...boss.context, actor: { type: "user", id: member.userId } as const };
      const signIn = transact(world.client, context, async (tx) => {
        const deps = { ...desk.deps, lockoutSeconds: 900, context };
        if (
          (await proveCode(tx, deps, member, "totp", codeOf(member), { scope: "session", subject: "subject" })) !==
          "proved"
        )
          return null;
        const from = { ip: null, userAgent: null, deviceId: null, method: "totp", replacesToken: null } as const;
        return world.sessions.create(tx, { userId: member.userId, merchantId: member.merchantId, ...from });
      });
      const [session, outcome] = await Promise.all([signIn, by.attempt(boss, member.userId)]);
      expect(outcome).toBe("done");
      expect(session && (await world.sessions.resolve(session.token))).toBeNull();
    }
  });

  it.each(["totp", "passkey"])("is done wherever a strong factor is allowed, be it %s alone", async (factor) => {
    const { boss, member } = await by.team();
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.execute(sql`update merchants set allowed_factors = array[${factor}] where id = ${member.merchantId}`),
    );
    expect(await by.reset(boss, member.userId)).toBe("done");
    expect(await stateOf(member)).toEqual({ factors: 0, reset: true });
  });
});
