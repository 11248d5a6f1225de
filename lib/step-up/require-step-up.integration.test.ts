import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, stepUps } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import type { StepUpDemand } from "./demand";
import { openStepUp } from "./open-step-up";
import { methodsFor } from "./purposes";
import { requireStepUp } from "./require-step-up";
import { grant, type SignedIn, signedIn, spend } from "./testing/step-up-desk";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());

const PASSWORD: StepUpDemand = { purpose: "password.change", binds: {}, description: "Change your password" };

/** As a refund binds it; the purpose stands for any. */
const ofAmount = (amount: string, payment = "pay_1"): StepUpDemand => ({
  purpose: "member.reset_factors",
  binds: { payment, amount, currency: "INR" },
  description: `Refund ${amount}`,
});

describe("step-up.bound: the attack is to have one thing confirmed and to do another", () => {
  it("a proof authorises its act, whatever order its parts are written in", async () => {
    const person = await somebody();
    await grant(world, person, ofAmount("100.00"));
    const { binds, ...demand } = ofAmount("100.00");
    const reversed = Object.fromEntries(Object.entries(binds).reverse());
    expect(await spend(world, person, { ...demand, binds: reversed })).toBe(true);
  });

  it.each<[string, StepUpDemand]>([
    ["another amount", ofAmount("1000.00")],
    ["another payment", ofAmount("100.00", "pay_2")],
    ["another purpose", { ...ofAmount("100.00"), purpose: "sign_in_policy.change" }],
    ["nothing bound", { ...ofAmount("100.00"), binds: {} }],
    [
      "the same text cut elsewhere",
      { ...ofAmount("100.00"), binds: { payment: "pay_1", amount: "100.00", currencyINR: "" } },
    ],
  ])("not %s", async (_, other) => {
    const person = await somebody();
    await grant(world, person, ofAmount("100.00"));
    expect(await spend(world, person, other)).toBe(false);
    // And it is still there for what it was given for.
    expect(await spend(world, person, ofAmount("100.00"))).toBe(true);
  });

  it("not another session of the same user, nor another user", async () => {
    const person = await somebody();
    const elsewhere = await signedIn(world, person.user);
    const stranger = await somebody();
    await grant(world, person, PASSWORD);
    for (const other of [elsewhere, stranger]) expect(await spend(world, other, PASSWORD)).toBe(false);
    // Nor a session that is said to be another user's.
    const mixed = { ...stranger, session: { ...stranger.session, sessionId: person.session.sessionId } };
    expect(await spend(world, mixed, PASSWORD)).toBe(false);
    expect(await spend(world, person, PASSWORD)).toBe(true);
  });
});

describe("step-up.single-use.concurrent: the attack is to act twice on one proof", () => {
  it("of twenty acts at once one passes", async () => {
    const person = await somebody();
    await grant(world, person, PASSWORD);
    const passed = await Promise.all(Array.from({ length: 20 }, () => spend(world, person, PASSWORD)));
    expect(passed.filter(Boolean)).toHaveLength(1);
    expect(await spend(world, person, PASSWORD)).toBe(false);
  });

  it("one that was proved twice authorises one act", async () => {
    const person = await somebody();
    await grant(world, person, PASSWORD);
    await grant(world, person, PASSWORD);
    expect(await spend(world, person, PASSWORD)).toBe(true);
    expect(await spend(world, person, PASSWORD)).toBe(false);
  });

  it("an act that fails has spent nothing", async () => {
    const person = await somebody();
    await grant(world, person, PASSWORD);
    const failing = transact(world.client, person.context, async (tx) => {
      await requireStepUp(tx, person.session, PASSWORD);
      throw new Error("the act fails");
    });
    await expect(failing).rejects.toThrow("the act fails");
    expect(await spend(world, person, PASSWORD)).toBe(true);
  });
});

describe("step-up.expires: the attack is to come back later to a browser that was left", () => {
  const age = (person: SignedIn, seconds: number) =>
    world.owner.db
      .update(stepUps)
      .set({ expiresAt: sql`${stepUps.expiresAt} - make_interval(secs => ${seconds}::int)` })
      .where(eq(stepUps.sessionId, person.session.sessionId));

  it("a proof is good for five minutes", async () => {
    const person = await somebody();
    await grant(world, person, PASSWORD);
    await age(person, 301);
    expect(await spend(world, person, PASSWORD)).toBe(false);
    await grant(world, person, PASSWORD);
    await age(person, 290);
    expect(await spend(world, person, PASSWORD)).toBe(true);
  });

  it("a sign-in is no proof, however fresh", async () => {
    expect(await spend(world, await somebody(), PASSWORD)).toBe(false);
  });
});

describe("step-up.asked", () => {
  it("the question says what is confirmed and with what, and stands in the trail; it authorises nothing by itself", async () => {
    const person = await somebody();
    const question = await openStepUp(world.client, person.context, person.session, PASSWORD);
    expect(question).toMatchObject({ kind: "step_up", description: "Change your password", methods: ["totp"] });
    expect(await spend(world, person, PASSWORD)).toBe(false);
    const [entry] = await world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.resourceId, question.stepUpId));
    expect(entry).toMatchObject({ action: "step_up.asked", actorId: person.session.user.id });
  });
});

describe("step-up.never-sms: the attack is to confirm with a code that was talked out of somebody", () => {
  it("no purpose takes a text message or an e-mail, and only a new strong factor takes a recovery code", () => {
    const purposes = [
      ...["authenticator.set", "authenticator.remove", "passkey.add", "passkey.remove", "text_message.add"],
      ...["text_message.remove", "email_codes.add", "email_codes.remove", "recovery_codes.replace"],
      ...["password.change", "sign_in_policy.change", "member.reset_factors", "customer.erase", "refund.create"],
    ];
    for (const purpose of purposes) {
      const methods: readonly string[] = methodsFor(purpose);
      expect(methods).toEqual(expect.arrayContaining(["totp", "passkey"]));
      const others = methods.filter((method) => method !== "totp" && method !== "passkey");
      expect([purpose, others]).toEqual([
        purpose,
        /^(authenticator\.set|passkey\.add)$/.test(purpose) ? ["recovery_code"] : [],
      ]);
    }
    expect(methodsFor("constructor")).toEqual([]);
  });
});
