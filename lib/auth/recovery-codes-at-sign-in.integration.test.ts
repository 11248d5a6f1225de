import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { factorAttempts, outgoingMessages, recoveryCodes } from "@/db/schema";
import {
  addFullUser,
  challengeOf,
  type FullUser,
  fifty,
  liveSessions,
  lookedAt,
  tally,
  verifyWith,
} from "./testing/second-factor-desk";
import { codeOf, createSignInWorld, type SignInWorld } from "./testing/sign-in-world";

const METHOD = "recovery_code";

let world: SignInWorld;
let user: FullUser;
let right: string;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await addFullUser(world);
  right = user.recoveryCodes[0] ?? "";
});

const verifyAnew = async (code: string, client = world.client) =>
  verifyWith(world, await challengeOf(world, user), { method: METHOD, code }, client);

/** A code whose selector is right and whose rest is not: the hash is looked at. */
const wrong = () => right.replace(/.$/, (last) => (last === "0" ? "1" : "0"));

describe("recovery codes", () => {
  it("recovery-code.single-use: signs in once, however it was copied, and its owner is told by e-mail", async () => {
    const typed = ` ${right.toLowerCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "l")} `;
    expect((await verifyAnew(typed)).kind).toBe("signed_in");
    expect((await verifyAnew(right)).kind).toBe("refused");
    expect((await verifyAnew(user.recoveryCodes[1] ?? "")).kind).toBe("signed_in");
    const told = await world.owner.db
      .select()
      .from(outgoingMessages)
      .where(eq(outgoingMessages.merchantId, user.merchantId));
    expect(told.filter(({ kind }) => kind === "recovery_code_used")).toHaveLength(2);
  });

  it("recovery-code.single-use.concurrent: the attack is to send one code fifty times at once, each under its own challenge", async () => {
    const challenges = await fifty(() => challengeOf(world, user));
    const outcomes = await fifty((index) =>
      verifyWith(world, challenges[index] ?? "", { method: METHOD, code: right }),
    );
    // Whatever came after the right one was wrong: three of those, and the rest is not looked at.
    expect(tally(outcomes)).toEqual({ signed_in: 1, refused: 49 });
    expect(await lookedAt(world, user, METHOD)).toEqual({ looked: 3, locked: 1 });
    expect(await liveSessions(world, user)).toBe(1);
  });

  it("mfa.attempt-cap.concurrent: the attack is to guess fifty recovery codes at once", async () => {
    const outcomes = await fifty(() => verifyAnew(wrong()));
    expect(tally(outcomes)).toEqual({ refused: 50 });
    expect(await lookedAt(world, user, METHOD)).toEqual({ looked: 3, locked: 1 });
    expect((await verifyAnew(right)).kind).toBe("refused");
    expect(await liveSessions(world, user)).toBe(0);
  });

  it("lockout.survives-restart: and it locks every code of the account", async () => {
    for (let round = 0; round < 3; round += 1) await verifyAnew(wrong(), world.reconnect());
    expect((await verifyAnew(right, world.reconnect())).kind).toBe("refused");
    const challenge = await challengeOf(world, user);
    expect((await verifyWith(world, challenge, { method: "totp", code: codeOf(user) })).kind).toBe("refused");
  });

  it("lockout.time: the attack is to tell a locked account from a wrong code by how long the answer takes", async () => {
    const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    const took = async () => {
      const challenge = await challengeOf(world, user);
      const startedAt = performance.now();
      await verifyWith(world, challenge, { method: METHOD, code: wrong() });
      return performance.now() - startedAt;
    };
    const [whileWrong, whileLocked]: [number[], number[]] = [[], []];
    const setLock = (failures: number, lockedUntil: ReturnType<typeof sql> | null) =>
      world.owner.db
        .update(factorAttempts)
        .set({ failures, lockedUntil })
        .where(eq(factorAttempts.userId, user.userId));
    await took();
    for (let round = 0; round < 9; round += 1) {
      await setLock(0, null);
      whileWrong.push(await took());
      await setLock(3, sql`now() + interval '1 minute'`);
      whileLocked.push(await took());
    }
    // Without the work that is left out the ratio is about a tenth.
    expect(median(whileLocked) / median(whileWrong)).toBeGreaterThan(0.3);
  });

  it("what has not the form of one costs no try", async () => {
    for (const typed of ["", "123456", `${right}0`, right.slice(0, -1), "U".repeat(14), "A".repeat(2000)]) {
      expect(await verifyAnew(typed)).toEqual({ kind: "malformed" });
    }
    expect((await verifyAnew(right)).kind).toBe("signed_in");
  });

  it("recovery-code.stored-hashed: the attack is to read the table", async () => {
    const [row] = await world.owner.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, user.userId));
    expect(Object.keys(row?.codes ?? {})).toHaveLength(10);
    for (const hash of Object.values(row?.codes ?? {})) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const rows = await world.owner.pool`select to_jsonb(t)::text as row from recovery_codes t
      union all select to_jsonb(t)::text from audit_entries t`;
    const everything = rows.map((each) => String(each.row).toLowerCase()).join("\n");
    for (const code of user.recoveryCodes) {
      expect(everything).not.toContain(code.toLowerCase().replaceAll("-", "").slice(2));
    }
  });
});
