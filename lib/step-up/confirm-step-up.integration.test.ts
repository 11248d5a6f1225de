import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, stepUps } from "@/db/schema";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { verifyWith } from "@/lib/auth/testing/second-factor-desk";
import {
  codeOf,
  createSignInWorld,
  passPassword,
  type SignInWorld,
  wrongCodeOf,
} from "@/lib/auth/testing/sign-in-world";
import { newId, type StepUpId } from "@/lib/ids/id";
import { type ConfirmOutcome, confirmStepUp } from "./confirm-step-up";
import type { StepUpDemand } from "./demand";
import { openStepUp } from "./open-step-up";
import type { StepUpMethod } from "./step-up-store";
import { type SignedIn, signedIn, spend } from "./testing/step-up-desk";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());

const PASSWORD: StepUpDemand = { purpose: "password.change", binds: {}, description: "Change your password" };

const ask = async ({ context, session }: SignedIn, demand = PASSWORD) =>
  (await openStepUp(world.client, context, session, demand)).stepUpId;

function confirm(
  person: SignedIn,
  stepUpId: StepUpId | null,
  code: string,
  method: StepUpMethod = "totp",
): Promise<ConfirmOutcome> {
  const { context, session, user } = person;
  const deps = { ring: world.ring, lockoutSeconds: 900, context };
  return confirmStepUp(world, {
    context,
    session,
    stepUpId,
    method,
    prove: (tx, subject) =>
      proveCode(tx, deps, user, method === "passkey" ? "totp" : method, code, { scope: "session", subject }),
  });
}

const actionsOf = async (stepUpId: StepUpId) => {
  const rows = await world.owner.db.select().from(auditEntries).where(eq(auditEntries.resourceId, stepUpId));
  return rows.map(({ action, newValues }) => [action, (newValues as { reason?: string } | null)?.reason]);
};

describe("step-up.confirm", () => {
  it("a right code authorises what was asked, and gives the session a new token; the old one is dead at once", async () => {
    const person = await somebody();
    const id = await ask(person);
    const outcome = await confirm(person, id, codeOf(person.user));
    if (outcome.kind !== "granted") throw new Error(outcome.kind);
    expect(await world.sessions.resolve(person.token)).toBeNull();
    expect(await world.sessions.resolve(outcome.token)).toMatchObject({ sessionId: person.session.sessionId });
    expect(await spend(world, person, PASSWORD)).toBe(true);
    expect(await actionsOf(id)).toEqual([
      ["step_up.asked", undefined],
      ["step_up.granted", undefined],
    ]);
  });

  it("a wrong code and a locked factor read alike, and change nothing", async () => {
    const person = await somebody();
    const id = await ask(person);
    const wrong = wrongCodeOf(person.user);
    for (let round = 0; round < 3; round += 1) expect(await confirm(person, id, wrong)).toEqual({ kind: "refused" });
    // Locked now: the right code is not looked at.
    expect(await confirm(person, id, codeOf(person.user))).toEqual({ kind: "refused" });
    expect(await spend(world, person, PASSWORD)).toBe(false);
    expect(await world.sessions.resolve(person.token)).not.toBeNull();
    const reasons = (await actionsOf(id)).slice(1).map(([, reason]) => reason);
    expect(reasons).toEqual(["wrong", "wrong", "wrong", "locked"]);
    // lockout.scope: a thief of the session keeps nobody out who has the password, nor the other way round.
    const signIn = async (code: string) => {
      const challenge = await passPassword(world.client.db, person.user.userId);
      return (await verifyWith(world, challenge, { method: "totp", code })).kind;
    };
    expect(await signIn(codeOf(person.user))).toBe("signed_in");
    const other = await somebody();
    for (let round = 0; round < 3; round += 1) {
      const challenge = await passPassword(world.client.db, other.user.userId);
      await verifyWith(world, challenge, { method: "totp", code: wrongCodeOf(other.user) });
    }
    expect(await confirm(other, await ask(other), codeOf(other.user))).toMatchObject({ kind: "granted" });
  });

  it("step-up.attempt-cap.concurrent: of fifty wrong codes at once three are looked at", async () => {
    const person = await somebody();
    const id = await ask(person);
    const wrong = wrongCodeOf(person.user);
    await Promise.all(Array.from({ length: 50 }, () => confirm(person, id, wrong)));
    const reasons = (await actionsOf(id)).map(([, reason]) => reason);
    expect(reasons.filter((reason) => reason === "wrong")).toHaveLength(3);
  });

  it("the code of the sign-in, or of the proof before, proves nothing again", async () => {
    const person = await somebody();
    const code = codeOf(person.user);
    expect(await confirm(person, await ask(person), code)).toMatchObject({ kind: "granted" });
    expect(await confirm(person, await ask(person), code)).toEqual({ kind: "refused" });
  });

  it("step-up.grant-once.concurrent: one code answers one question, however often it is sent", async () => {
    const person = await somebody();
    const [first, second] = [await ask(person), await ask(person, { ...PASSWORD, binds: { other: "1" } })];
    const code = codeOf(person.user);
    const outcomes = await Promise.all([first, second, first, second, first].map((id) => confirm(person, id, code)));
    expect(outcomes.filter(({ kind }) => kind === "granted")).toHaveLength(1);
  });

  it.each(["12345", "1234567", "", "one two"])("%j can never be right and counts as no try", async (code) => {
    const person = await somebody();
    const id = await ask(person);
    for (let round = 0; round < 4; round += 1) expect(await confirm(person, id, code)).toEqual({ kind: "malformed" });
    expect(await confirm(person, id, codeOf(person.user))).toMatchObject({ kind: "granted" });
  });
});

describe("step-up.foreign: a question of another session or user is one that never was", () => {
  it("reads like a made-up id, and the code is not spent", async () => {
    const person = await somebody();
    const stranger = await somebody();
    const elsewhere = await signedIn(world, person.user);
    const id = await ask(person);
    const code = codeOf(stranger.user);
    for (const other of [id, newId("stp"), null]) {
      expect(await confirm(stranger, other, code)).toEqual({ kind: "gone" });
    }
    expect(await confirm(elsewhere, id, codeOf(person.user))).toEqual({ kind: "gone" });
    expect(await confirm(person, id, codeOf(person.user))).toMatchObject({ kind: "granted" });
  });

  it("nor does one answered, or asked five minutes ago", async () => {
    const person = await somebody();
    const id = await ask(person);
    await world.owner.db
      .update(stepUps)
      .set({ expiresAt: sql`${stepUps.expiresAt} - interval '301 seconds'` })
      .where(eq(stepUps.id, id));
    expect(await confirm(person, id, codeOf(person.user))).toEqual({ kind: "gone" });
    const again = await ask(person);
    expect(await confirm(person, again, codeOf(person.user))).toMatchObject({ kind: "granted" });
    expect(await confirm(person, again, codeOf(person.user, 1))).toEqual({ kind: "gone" });
  });

  it("step-up.never-weaker: a method that the purpose does not take is not even looked at", async () => {
    const person = await somebody();
    const id = await ask(person);
    expect(await confirm(person, id, codeOf(person.user), "recovery_code")).toEqual({ kind: "gone" });
    expect(await actionsOf(id)).toContainEqual(["step_up.refused", "method_not_accepted"]);
    expect(await confirm(person, id, codeOf(person.user))).toMatchObject({ kind: "granted" });
  });
});
