import { and, eq, isNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { auditEntries, emailLinks, passkeys, signInChallenges, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { verifyPassword } from "@/lib/auth/password";
import { startSignIn } from "@/lib/auth/start-sign-in";
import { verifyWith } from "@/lib/auth/testing/second-factor-desk";
import {
  APP_URL,
  codeOf,
  createSignInWorld,
  ORIGIN,
  passPassword,
  type SignInWorld,
  type TestUser,
  wrongCodeOf,
} from "@/lib/auth/testing/sign-in-world";
import { findEmailLink } from "@/lib/email-links/email-links";
import { newId, parseId } from "@/lib/ids/id";
import type { AssertionAnswer } from "@/lib/passkeys/answers";
import { beginPasskeyAssertion } from "@/lib/passkeys/begin-assertion";
import { enrol } from "@/lib/passkeys/testing/passkey-desk";
import { POLICIES } from "@/lib/rate-limit/policies";
import { signedIn } from "@/lib/step-up/testing/step-up-desk";
import { recoveryProof } from "./prove-recovery";
import { NEW_PASSWORD, recoveryDesk } from "./testing/recovery-desk";

let world: SignInWorld;
let desk: ReturnType<typeof recoveryDesk>;

beforeAll(async () => {
  world = await createSignInWorld();
  desk = recoveryDesk(world);
});
afterAll(() => world.close());

async function hashOf({ userId }: TestUser): Promise<string> {
  const [row] = await world.owner.db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId));
  return row?.hash ?? "";
}
const hasPassword = async (user: TestUser, password: string) => verifyPassword(await hashOf(user), password);
const totp = (code: string) => ({ method: "totp", code }) as const;
const recovery = (code: string) => ({ method: "recovery_code", code }) as const;

describe("asking for a link", () => {
  it("recover.enumeration: the attack is to learn who has an account, from answer or time", async () => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const answers = new Set<string>();
    for (let round = 0; round < 15; round += 1) {
      const { email } = await world.addUser();
      for (const [kind, address] of [
        ["known", email],
        ["unknown", `nobody${round}@example.com`],
      ] as const) {
        const startedAt = performance.now();
        answers.add(JSON.stringify(await desk.request(address)));
        times[kind].push(performance.now() - startedAt);
      }
    }
    expect([...answers]).toEqual(['{"kind":"accepted"}']);
    const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    const [known, unknown] = [median(times.known), median(times.unknown)];
    const told = `medians ${known.toFixed(1)} ms known, ${unknown.toFixed(1)} ms unknown`;
    expect(Math.abs(known - unknown) / unknown, told).toBeLessThan(0.1);
  });

  it("mails a link in the fragment to a known address alone, and none to a disabled user", async () => {
    const user = await world.addUser();
    const disabled = await world.addUser();
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.update(users).set({ disabledAt: sql`now()` }).where(eq(users.id, disabled.userId)),
    );
    const token = await desk.linkFor(user);
    expect(await desk.request(disabled.email)).toEqual({ kind: "accepted" });
    expect(await desk.mailsTo(disabled.email)).toEqual([]);
    const [mail] = await desk.mailsTo(user.email);
    const address = new URL(/http:\S+/.exec(mail?.text ?? "")?.[0] ?? "");
    expect([address.pathname, address.search, address.hash]).toEqual(["/recover", "", `#${token}`]);
    expect(await desk.auditOf(user.userId)).toContain("recovery.requested");
    expect(await desk.auditOf(disabled.userId)).toContain("recovery.request_refused");
  });

  it.each([
    "asha\uff20example.com",
    "m\u0456ke@example.com",
    `${"a".repeat(288)}@example.com`,
    "",
    "a@b\n@example.com",
  ])(
    "refuses %j in words that are the same for everybody, and writes it down without what was typed",
    async (email) => {
      expect(await desk.request(email)).toEqual({ kind: "malformed" });
      const [last] = await world.owner.db
        .select()
        .from(auditEntries)
        .where(eq(auditEntries.action, "recovery.request_refused"))
        .orderBy(sql`id desc`)
        .limit(1);
      expect(last?.newValues).toEqual({ reason: "malformed_email" });
      if (email !== "") expect(JSON.stringify(last?.newValues)).not.toContain(email);
    },
  );

  it("limits mails an account, known or not alike, and tries an address", async () => {
    const { email } = await world.addUser();
    for (const address of [email, "nobody@example.com"]) {
      const asked = [];
      for (let index = 0; index <= POLICIES.recover_account.quota.limit; index += 1)
        asked.push((await desk.request(address)).kind);
      expect(asked).toEqual([...Array(POLICIES.recover_account.quota.limit).fill("accepted"), "limited"]);
    }
    expect(await desk.mailsTo(email)).toHaveLength(POLICIES.recover_account.quota.limit);
    const strict = recoveryDesk(world, { limit: 1, windowSeconds: 600 });
    expect((await strict.request("another@example.com")).kind).toBe("limited");
  });
});

describe("setting a new password", () => {
  it("takes link and code, ends every session and what the old password had begun, and tells the user", async () => {
    const user = await world.addUser();
    const before = await signedIn(world, user);
    const start = { email: user.email, password: user.password, origin: ORIGIN, deviceId: null };
    expect((await startSignIn(desk.deps, start)).kind).toBe("challenged");
    const token = await desk.linkFor(user);
    expect(await desk.reset(token, totp(codeOf(user)))).toEqual({ kind: "done" });
    expect(await hasPassword(user, NEW_PASSWORD)).toBe(true);
    expect(await world.sessions.resolve(before.token)).toBeNull();
    expect((await world.sessions.list(user.userId)).map(({ ended }) => ended?.reason)).toEqual(["password_changed"]);
    const open = await world.owner.db.$count(signInChallenges, eq(signInChallenges.userId, user.userId));
    expect(open).toBe(0);
    expect((await desk.mailsTo(user.email)).map(({ kind }) => kind)).toEqual(["password_link", "password_reset"]);
    expect(await desk.auditOf(user.userId)).toContain("recovery.password_reset");
    // Signing in is as ever: the new password leads to the second factor, the old one nowhere.
    expect((await startSignIn(desk.deps, { ...start, password: NEW_PASSWORD })).kind).toBe("challenged");
    expect((await startSignIn(desk.deps, start)).kind).toBe("refused");
  });

  it("recover.never-skips-mfa: the attack is to own somebody's mailbox and nothing else", async () => {
    const user = await world.addUser();
    const token = await desk.linkFor(user);
    const before = await hashOf(user);
    for (const proof of [totp(wrongCodeOf(user)), recovery("AAAA-AAAA-AAAA-AA")]) {
      expect(await desk.reset(token, proof)).toEqual({ kind: "proof_refused" });
    }
    for (const proof of [totp(""), totp("12345"), totp("1234567"), recovery("123")]) {
      expect(await desk.reset(token, proof)).toEqual({ kind: "malformed" });
    }
    // Codes that are sent are not even an answer that is understood: the mailbox would receive them as well.
    for (const method of ["email", "sms"]) {
      expect(recoveryProof.safeParse({ method, code: "123456" }).success).toBe(false);
    }
    expect(await hashOf(user)).toBe(before);
    expect(await desk.auditOf(user.userId)).toContain("recovery.proof_refused");
    // The link is not used up by what went wrong.
    expect(await desk.reset(token, totp(codeOf(user)))).toEqual({ kind: "done" });
  });

  it("mfa.attempt-cap.concurrent: three codes are looked at, however many come at once and by however many links", async () => {
    const user = await world.addUser();
    const tokens = [await desk.linkFor(user)];
    await Promise.all(Array.from({ length: 20 }, () => desk.reset(tokens[0] ?? "", totp(wrongCodeOf(user)))));
    tokens.push(await desk.linkFor(user));
    expect(await desk.reset(tokens[1] ?? "", totp(codeOf(user)))).toEqual({ kind: "proof_refused" });
    expect((await desk.auditOf(user.userId)).filter((action) => action === "sign_in.locked")).toHaveLength(1);
    // lockout.scope: the attack is to keep somebody out with nothing but their mailbox.
    const challenge = await passPassword(world.client.db, user.userId);
    const signIn = await verifyWith(world, challenge, { method: "totp", code: codeOf(user) });
    expect(signIn.kind).toBe("signed_in");
    expect(await hasPassword(user, user.password)).toBe(true);
  });

  it("recover.link-once.concurrent: the attack is to use one link many times at the same moment", async () => {
    const user = await world.addUser();
    const codes = await desk.recoveryCodesOf(user);
    const token = await desk.linkFor(user);
    const passwords = codes.map((_, index) => `tangerine umbrella ${index}`);
    const outcomes = await Promise.all(codes.map((code, index) => desk.reset(token, recovery(code), passwords[index])));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "done")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "link_gone")).toHaveLength(codes.length - 1);
    expect(await hasPassword(user, passwords[kinds.indexOf("done")] ?? "")).toBe(true);
    // Whoever came second with it has lost no recovery code.
    const again = await desk.linkFor(user);
    const unused = codes[kinds.indexOf("link_gone")] ?? "";
    expect(await desk.reset(again, recovery(unused), "another umbrella 77")).toEqual({ kind: "done" });
    // Each code that was used is told of, and none that was given back.
    const used = (await desk.mailsTo(user.email)).filter(({ kind }) => kind === "recovery_code_used");
    expect(used).toHaveLength(2);
  });

  it("recover.other-user: the attack is to go with one's own factor through somebody else's link", async () => {
    const [asha, nora] = [await world.addUser(), await world.addUser()];
    const [codes, token] = [await desk.recoveryCodesOf(nora), await desk.linkFor(asha)];
    expect(await desk.reset(token, totp(codeOf(nora)))).toEqual({ kind: "proof_refused" });
    expect(await desk.reset(token, recovery(codes[0] ?? ""))).toEqual({ kind: "proof_refused" });
    expect(await hasPassword(asha, asha.password)).toBe(true);
    expect(await hasPassword(nora, nora.password)).toBe(true);
  });

  it("takes a passkey that signed for this link, and none that signed for another link, user or purpose", async () => {
    const [asha, nora] = [await world.addUser(), await world.addUser()];
    const [hers, other] = [await enrol(world, asha), await enrol(world, nora)];
    const ask = async (user: TestUser, token: string, purpose: "recover" | "step_up" = "recover") => {
      const link = await findEmailLink(world.client.db, token, "reset_password");
      const subject = link?.id ?? "";
      return beginPasskeyAssertion(world.client.db, APP_URL, { purpose, userId: user.userId, subject });
    };
    const passkey = (answer: AssertionAnswer) => ({ method: "passkey", answer }) as const;
    const [token, noras] = [await desk.linkFor(asha), await desk.linkFor(nora)];
    for (const answer of [
      other.authenticator.get(await ask(asha, token)),
      other.authenticator.get(await ask(nora, noras)),
      hers.authenticator.get(await ask(asha, token, "step_up")),
      hers.authenticator.get(await ask(asha, token), { userVerified: false }),
      hers.authenticator.get(await ask(asha, token), { origin: "https://evil.example" }),
    ]) {
      expect(await desk.reset(token, passkey(answer))).toEqual({ kind: "proof_refused" });
    }
    expect(await desk.auditOf(asha.userId)).toContain("recovery.passkey_refused");
    expect(await hasPassword(asha, asha.password)).toBe(true);
    const answer = hers.authenticator.get(await ask(asha, token));
    expect(await desk.reset(token, passkey(answer))).toEqual({ kind: "done" });
    // Signed for the link that is gone.
    const next = await desk.linkFor(asha);
    expect(await desk.reset(next, passkey(answer), "another umbrella 77")).toEqual({ kind: "proof_refused" });
  });

  it("a link that never was, was used, has expired, or was replaced reads the same, and costs no code", async () => {
    const user = await world.addUser();
    const codes = await desk.recoveryCodesOf(user);
    const used = await desk.linkFor(user);
    expect(await desk.reset(used, recovery(codes[0] ?? ""))).toEqual({ kind: "done" });
    const replaced = await desk.linkFor(user);
    const expired = await desk.linkFor(user);
    await world.owner.db
      .update(emailLinks)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(and(eq(emailLinks.userId, user.userId), isNull(emailLinks.usedAt)));
    for (const token of [used, replaced, expired, "A".repeat(43), "", "<script>"]) {
      expect(await desk.reset(token, recovery(codes[1] ?? ""), "another umbrella 77")).toEqual({ kind: "link_gone" });
    }
    expect(await desk.auditOf(null)).toContain("recovery.link_refused");
    const fresh = await desk.linkFor(user);
    expect(await desk.reset(fresh, recovery(codes[1] ?? ""), "another umbrella 77")).toEqual({ kind: "done" });
  });

  it("refuses a common password before it asks for the code", async () => {
    const user = await world.addUser();
    const token = await desk.linkFor(user);
    const code = codeOf(user);
    for (const password of ["password1234!", "short", "Test Merchant 1"]) {
      expect(await desk.reset(token, totp(code), password)).toMatchObject({ kind: "password_refused" });
    }
    expect(await desk.reset(token, totp(code))).toEqual({ kind: "done" });
  });

  it("a code that set a password signs nobody in, and a factor that the merchant forbids proves nothing", async () => {
    const user = await world.addUser();
    const code = codeOf(user);
    expect(await desk.reset(await desk.linkFor(user), totp(code))).toEqual({ kind: "done" });
    expect(await desk.reset(await desk.linkFor(user), totp(code), "another umbrella 77")).toEqual({
      kind: "proof_refused",
    });
    const strict = await world.addUser();
    await transact(world.owner, systemContext("test"), async (tx) => {
      await tx.insert(passkeys).values({
        id: newId("psk"),
        userId: strict.userId,
        name: "Key",
        credentialId: strict.userId,
        publicKey: Buffer.from("key"),
        transports: [],
        aaguid: "00000000-0000-0000-0000-000000000000",
        backedUp: false,
      });
      await tx.execute(sql`update merchants set allowed_factors = '{passkey}' where id = ${strict.merchantId}`);
    });
    expect(await desk.reset(await desk.linkFor(strict), totp(codeOf(strict)))).toEqual({ kind: "proof_refused" });
  });

  it("no token is in the audit trail or in the open in the database", async () => {
    const user = await world.addUser();
    const token = await desk.linkFor(user);
    await desk.reset(token, totp(codeOf(user)));
    const tables = ["audit_entries", "email_links", "outgoing_messages", "rate_limit_subjects"];
    for (const table of tables) {
      const rows = await world.owner.db.execute<{ row: string }>(
        sql.raw(`select to_jsonb(t)::text as row from ${table} t`),
      );
      expect(rows.map(({ row }) => row).join("\n")).not.toContain(token);
    }
    expect(parseId("lnk", (await world.owner.db.select().from(emailLinks))[0]?.id)).not.toBeNull();
  });
});
