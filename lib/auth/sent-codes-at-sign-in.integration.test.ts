import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { factorAttempts, merchants, oneTimeCodes } from "@/db/schema";
import { transact } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";
import { issueOneTimeCode } from "./one-time-codes";
import {
  addFullUser,
  challengeOf,
  type FullUser,
  fifty,
  forgetSending,
  liveSessions,
  lookedAt,
  otherThan,
  receive,
  send,
  tally,
  verifyWith,
} from "./testing/second-factor-desk";
import { codeOf, createSignInWorld, type SignInWorld, wrongCodeOf } from "./testing/sign-in-world";

let world: SignInWorld;
let user: FullUser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await addFullUser(world);
});

it("mfa.attempt-cap.across-factors: the attack is to guess fifty codes at once, of every factor that the account has", async () => {
  const methods = ["totp", "sms", "email", "recovery_code"] as const;
  const wrong = { totp: wrongCodeOf(user), sms: "", email: "", recovery_code: "AAAA-AAAA-AAAA-AA" };
  const challenges = await fifty(() => challengeOf(world, user));
  for (const method of ["sms", "email"] as const) {
    wrong[method] = otherThan(await receive(world, user, challenges[0] ?? "", method));
  }
  const outcomes = await fifty((index) => {
    const method = methods[index % methods.length] ?? "totp";
    return verifyWith(world, challenges[index] ?? "", { method, code: wrong[method] });
  });
  expect(tally(outcomes)).toEqual({ refused: 50 });
  const counts = await Promise.all(methods.map((method) => lookedAt(world, user, method)));
  expect(counts.reduce((sum, count) => sum + (count?.looked ?? 0), 0)).toBe(3);
  expect(counts.reduce((sum, count) => sum + (count?.locked ?? 0), 0)).toBe(1);
  const right = { method: "totp", code: codeOf(user) } as const;
  expect((await verifyWith(world, await challengeOf(world, user), right)).kind).toBe("refused");
});

describe.each(["sms", "email"] as const)("codes by %s", (method) => {
  const verify = (challenge: string, code: string) => verifyWith(world, challenge, { method, code });

  it("otp.single-use: a code that has arrived signs in, spaces and full-width digits and all, once", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    const typed = ` ${code.slice(0, 3)} ${code.slice(3)}`.replace(/\d/g, (digit) =>
      String.fromCodePoint(0xff10 + Number(digit)),
    );
    expect((await verify(challenge, typed)).kind).toBe("signed_in");
    expect((await verify(challenge, code)).kind).toBe("challenge_gone");
    expect((await verify(await challengeOf(world, user), code)).kind).toBe("refused");
    expect(await liveSessions(world, user)).toBe(1);
  });

  it("otp.single-use.concurrent: the attack is to send one right code fifty times at once", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    const outcomes = await fifty(() => verify(challenge, code));
    expect(tally(outcomes)).toEqual({ signed_in: 1, challenge_gone: 49 });
    expect(await liveSessions(world, user)).toBe(1);
  });

  it("mfa.attempt-cap.concurrent: the attack is to guess fifty codes at once, each under its own challenge", async () => {
    const challenges = await fifty(() => challengeOf(world, user));
    const code = await receive(world, user, challenges[0] ?? "", method);
    const outcomes = await fifty((index) => verify(challenges[index] ?? "", otherThan(code)));
    expect(tally(outcomes)).toEqual({ refused: 50 });
    expect(await lookedAt(world, user, method)).toEqual({ looked: 3, locked: 1 });
    expect((await verify(challenges[0] ?? "", code)).kind).toBe("refused");
    expect(await liveSessions(world, user)).toBe(0);
  });

  it("lockout.survives-restart: the attack is to wait until a deployment forgets the count", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    for (let round = 0; round < 3; round += 1) {
      await verifyWith(world, await challengeOf(world, user), { method, code: otherThan(code) }, world.reconnect());
    }
    expect((await verifyWith(world, challenge, { method, code }, world.reconnect())).kind).toBe("refused");
    expect(await liveSessions(world, user)).toBe(0);
  });

  it("otp.bound-to-challenge: the attack is to use a code of one sign-in, or of another channel, in another", async () => {
    const [one, other] = [await challengeOf(world, user), await challengeOf(world, user)];
    const code = await receive(world, user, one, method);
    expect((await verify(other, code)).kind).toBe("refused");
    const elsewhere = method === "sms" ? "email" : "sms";
    expect((await verifyWith(world, one, { method: elsewhere, code })).kind).toBe("refused");
    const enrolment = await transact(world.client, systemContext("test"), (tx) =>
      issueOneTimeCode(tx, world.ring, { userId: user.userId, channel: method, subject: "enr_of_a_new_number" }),
    );
    expect((await verify(one, enrolment)).kind).toBe("refused");
    await world.owner.db.delete(factorAttempts).where(eq(factorAttempts.userId, user.userId));
    expect((await verify(one, code)).kind).toBe("signed_in");
  });

  it("otp.resend-keeps-count: the attack is to ask for a new code before each third guess", async () => {
    const challenge = await challengeOf(world, user);
    const first = await receive(world, user, challenge, method);
    await verify(challenge, otherThan(first));
    await verify(challenge, otherThan(first));
    const second = await receive(world, user, challenge, method);
    await verify(challenge, otherThan(second));
    const another = await challengeOf(world, user);
    const third = await receive(world, user, another, method);
    expect((await verify(another, third)).kind).toBe("refused");
    expect(await lookedAt(world, user, method)).toEqual({ looked: 3, locked: 1 });
  });

  it("a new code puts an end to the one before", async () => {
    const challenge = await challengeOf(world, user);
    const first = await receive(world, user, challenge, method);
    let second = await receive(world, user, challenge, method);
    // One in a million sendings makes the same code twice.
    while (second === first) second = await receive(world, user, challenge, method);
    expect((await verify(challenge, first)).kind).toBe("refused");
    expect((await verify(challenge, second)).kind).toBe("signed_in");
  });

  it("otp.expires: the attack is to find an old message", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    const [row] = await world.owner.db.select().from(oneTimeCodes).where(eq(oneTimeCodes.userId, user.userId));
    expect(Number(row?.expiresAt) - Number(row?.createdAt)).toBe(300_000);
    await world.owner.db
      .update(oneTimeCodes)
      .set({ expiresAt: sql`clock_timestamp() - interval '1 millisecond'` })
      .where(eq(oneTimeCodes.userId, user.userId));
    expect((await verify(challenge, code)).kind).toBe("refused");
  });

  it("otp.resend-limited: the attack is to fill somebody's phone, from fifty connections and new challenges", async () => {
    await forgetSending(world);
    const challenges = await fifty(() => challengeOf(world, user));
    const outcomes = await fifty((index) => send(world, challenges[index] ?? "", method));
    expect(tally(outcomes)).toEqual({ sent: 1, limited: 49 });
    for (const each of outcomes) {
      if (each.kind === "limited") expect(each.retryAfterSeconds).toBeLessThanOrEqual(30);
    }
  });

  it("otp.not-offered: the attack is to have a code sent by a way that is forbidden, gone, or not set up here", async () => {
    const challenge = await challengeOf(world, user);
    expect(await send(world, challenge, method, { sms: false, email: false })).toEqual({ kind: "not_allowed" });
    await transact(world.owner, systemContext("test"), (tx) =>
      tx
        .update(merchants)
        .set({ allowedFactors: ["totp"] })
        .where(eq(merchants.id, user.merchantId)),
    );
    expect(await send(world, challenge, method)).toEqual({ kind: "not_allowed" });
    expect(await send(world, null, method)).toEqual({ kind: "challenge_gone" });
    expect(await send(world, "A".repeat(43), method)).toEqual({ kind: "challenge_gone" });
    expect(await world.owner.db.select().from(oneTimeCodes).where(eq(oneTimeCodes.userId, user.userId))).toEqual([]);
    const told = Array.from({ length: 2 }, () => "sign_in.code_not_sent");
    expect(await world.auditActions(user.userId)).toEqual(told);
  });

  it("what has not six digits is refused in words of its own, costs no try, and is in the trail", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    for (const typed of ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "1".repeat(500)]) {
      expect(await verify(challenge, typed)).toEqual({ kind: "malformed" });
    }
    expect(await world.auditActions(user.userId)).toEqual(Array.from({ length: 6 }, () => "sign_in.code_refused"));
    expect((await verify(challenge, code)).kind).toBe("signed_in");
  });

  it("one-time-code.stored-keyed: the attack is to read the table and try a million codes against what is in it", async () => {
    const challenge = await challengeOf(world, user);
    const code = await receive(world, user, challenge, method);
    const [row] = await world.owner.db.select().from(oneTimeCodes).where(eq(oneTimeCodes.userId, user.userId));
    if (!row) throw new Error("no code is stored");
    expect(row.codeMac).toHaveLength(32);
    const guesses = [code, `${row.subject}${code}`, `${row.subject}.${row.channel}.${code}`, `${user.userId}${code}`];
    for (const guess of guesses) expect(Buffer.from(row.codeMac).equals(sha256(guess))).toBe(false);
    const tables = ["one_time_codes", "outgoing_messages", "audit_entries", "sign_in_challenges"];
    for (const table of tables) {
      const rows = await world.owner.pool.unsafe(`select to_jsonb(t)::text as row from ${table} t`);
      // Not as part of another number, such as a time in microseconds.
      const shown = rows.some((each) => new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`).test(String(each.row)));
      expect(shown, table).toBe(false);
    }
  });
});
