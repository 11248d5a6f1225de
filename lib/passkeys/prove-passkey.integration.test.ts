import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { merchants, passkeys, users, webauthnChallenges } from "@/db/schema";
import { transact } from "@/db/transact";
import { APP_URL, createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { type AssertionOptions, beginPasskeyAssertion } from "./begin-assertion";
import type { ProofPurpose } from "./ceremony-store";
import { provePasskey } from "./prove-passkey";
import { enrol, lastReason, type PasskeyOwner } from "./testing/passkey-desk";
import type { Lies } from "./testing/software-authenticator";

const SUBJECT = "stp_the_one";

let world: SignInWorld;
let owner: PasskeyOwner;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  owner = await enrol(world, await world.addUser());
});

function ask({ user }: PasskeyOwner = owner, purpose: ProofPurpose = "step_up", subject = SUBJECT) {
  return beginPasskeyAssertion(world.client.db, APP_URL, { purpose, userId: user.userId, subject });
}

function prove(answer: unknown, purpose: ProofPurpose = "step_up", subject = SUBJECT) {
  const { user, context } = owner;
  return transact(world.client, context, (tx) =>
    provePasskey(tx, { context, appUrl: APP_URL }, user, purpose, subject, answer),
  );
}

async function stored() {
  const [row] = await world.client.db.select().from(passkeys).where(eq(passkeys.userId, owner.user.userId));
  if (!row) throw new Error("the passkey is gone");
  return row;
}

const reason = () => lastReason(world, "step_up.passkey_refused");

/** Neither the counter nor the time of last use has moved. */
async function expectRefused(answer: unknown, expected: string): Promise<void> {
  const before = await stored();
  expect(await prove(answer)).toBe("refused");
  expect(await reason()).toBe(expected);
  expect(await stored()).toEqual(before);
}

describe("provePasskey", () => {
  it("takes a right answer, and notes its use", async () => {
    expect(await prove(owner.authenticator.get(await ask()))).toBe("proved");
    const { counter, lastUsedAt } = await stored();
    expect(counter).toBe(1);
    expect(lastUsedAt).not.toBeNull();
  });

  it("asks for the user's own passkeys, on our host, and for a check of who is there", async () => {
    const options = await ask();
    const { credentialId } = await stored();
    expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(options.allowCredentials).toEqual([{ id: credentialId, type: "public-key", transports: ["usb"] }]);
    expect(Buffer.from(options.challenge, "base64url")).toHaveLength(32);
  });

  it.each<[attack: string, lies: Lies, reason: string]>([
    [
      "passkey.origin: the attack is a copy of this site under another name",
      { origin: "https://evil.example" },
      "wrong_origin",
    ],
    ["passkey.origin: the same host at another port", { origin: "http://localhost:44001" }, "wrong_origin"],
    ["passkey.rp-id: the attack is an answer that was made for another site", { rpId: "evil.example" }, "wrong_rp_id"],
    ["passkey.rp-id: a domain above ours", { rpId: "host" }, "wrong_rp_id"],
    ["passkey.frame: the attack is our question inside another's page", { crossOrigin: true }, "malformed"],
    ["passkey.type: the attack is an enrolment's answer", { type: "webauthn.create" }, "answer_invalid"],
    ["passkey.user-verification: the attack is a stolen security key", { userVerified: false }, "user_not_verified"],
    ["passkey.user-presence: the attack is a key left in its socket", { userPresent: false }, "user_not_verified"],
    ["passkey.signature: the attack is a credential's id, without its key", { forged: true }, "signature_wrong"],
    [
      "passkey.user-handle: another account's name in the answer",
      { userHandle: "dXNyX290aGVy" },
      "user_handle_of_other",
    ],
  ])("%s", async (_, lies, expected) => {
    await expectRefused(owner.authenticator.get(await ask(), lies), expected);
  });

  it("takes an answer that names no user: the question did", async () => {
    expect(await prove(owner.authenticator.get(await ask(), { userHandle: null }))).toBe("proved");
  });

  it.each<[what: string, answer: unknown]>([
    ["nothing", undefined],
    ["a text", "passkey"],
    ["an empty object", {}],
    ["padded base64", { id: "AA==" }],
  ])("refuses %s", async (_, answer) => {
    await expectRefused(answer, "malformed");
  });

  it("refuses an answer with more in it than an answer has, or in another spelling", async () => {
    const answer = owner.authenticator.get(await ask());
    await expectRefused({ ...answer, extra: 1 }, "malformed");
    await expectRefused(
      { ...answer, response: { ...answer.response, signature: `${answer.response.signature}=` } },
      "malformed",
    );
    await expectRefused({ ...answer, response: { ...answer.response, clientDataJSON: "AAAA" } }, "malformed");
  });
});

describe("passkey.challenge", () => {
  it("the attack is an answer to a question that we never asked", async () => {
    const challenge = Buffer.alloc(32, 7).toString("base64url");
    await expectRefused(owner.authenticator.get({ challenge, rpId: "localhost" }), "challenge_unknown");
  });

  it("the attack is to send a right answer twice", async () => {
    const answer = owner.authenticator.get(await ask());
    expect(await prove(answer)).toBe("proved");
    await expectRefused(answer, "challenge_unknown");
  });

  it("a wrong answer uses its question up too", async () => {
    const options = await ask();
    await expectRefused(owner.authenticator.get(options, { userVerified: false }), "user_not_verified");
    await expectRefused(owner.authenticator.get(options), "challenge_unknown");
  });

  it("the attack is to answer after the five minutes", async () => {
    const answer = owner.authenticator.get(await ask());
    await world.owner.db
      .update(webauthnChallenges)
      .set({ expiresAt: sql`now() - interval '1 millisecond'` })
      .where(eq(webauthnChallenges.userId, owner.user.userId));
    await expectRefused(answer, "challenge_expired");
  });

  it("passkey.bound: the attack is to have one thing confirmed and to do another", async () => {
    const answers: [AssertionOptions, ProofPurpose, string][] = [
      [await ask(owner, "second_factor"), "step_up", SUBJECT],
      [await ask(owner, "recover"), "step_up", SUBJECT],
      [await ask(owner, "step_up", "stp_another"), "step_up", SUBJECT],
    ];
    for (const [options, purpose, subject] of answers) {
      expect(await prove(owner.authenticator.get(options), purpose, subject)).toBe("refused");
      expect(await reason()).toBe("challenge_of_other");
    }
  });

  it("the attack is to answer a question that another user was asked", async () => {
    const stranger = await enrol(world, await world.addUser());
    await expectRefused(owner.authenticator.get(await ask(stranger)), "challenge_of_other");
  });

  it("the attack is another user's passkey", async () => {
    const stranger = await enrol(world, await world.addUser());
    await expectRefused(stranger.authenticator.get(await ask()), "credential_of_other");
  });

  it("a new question replaces the one before", async () => {
    const first = owner.authenticator.get(await ask());
    const second = owner.authenticator.get(await ask());
    await expectRefused(first, "challenge_unknown");
    expect(await prove(second)).toBe("proved");
  });
});

describe("passkey.counter: the attack is a copy of the authenticator", () => {
  it.each([
    ["the same count again", 5],
    ["an older count", 4],
    ["no count any more", 0],
  ])("%s", async (_, counter) => {
    expect(await prove(owner.authenticator.get(await ask(), { counter: 5 }))).toBe("proved");
    await expectRefused(owner.authenticator.get(await ask(), { counter }), "counter_not_grown");
    expect(await prove(owner.authenticator.get(await ask(), { counter: 6 }))).toBe("proved");
  });

  it("passkey.counter.concurrent: of ten answers with one count, to ten questions, one passes", async () => {
    const subjects = Array.from({ length: 10 }, (_, index) => `stp_${index}`);
    const answers = await Promise.all(
      subjects.map(async (subject) => owner.authenticator.get(await ask(owner, "step_up", subject), { counter: 9 })),
    );
    const outcomes = await Promise.all(answers.map((answer, index) => prove(answer, "step_up", subjects[index])));
    expect(outcomes.filter((outcome) => outcome === "proved")).toHaveLength(1);
  });

  it("an authenticator that does not count is taken every time", async () => {
    owner = await enrol(world, await world.addUser(), { counts: false, synced: true });
    for (let use = 0; use < 3; use += 1) expect(await prove(owner.authenticator.get(await ask()))).toBe("proved");
    expect(await stored()).toMatchObject({ counter: 0, backedUp: true });
  });
});

describe("passkey.account: the attack is to come in with a right passkey that counts no longer", () => {
  it("a disabled user", async () => {
    const answer = owner.authenticator.get(await ask());
    await setUser({ disabledAt: sql`now()` });
    await expectRefused(answer, "user_disabled");
  });

  it("a user whose factors were reset", async () => {
    const answer = owner.authenticator.get(await ask());
    await setUser({ factorsResetAt: sql`now()` });
    await expectRefused(answer, "factors_reset");
  });

  it("a merchant that does not allow passkeys", async () => {
    const answer = owner.authenticator.get(await ask());
    await transact(world.owner, owner.context, (tx) =>
      tx
        .update(merchants)
        .set({ allowedFactors: ["totp"] })
        .where(eq(merchants.id, owner.user.merchantId)),
    );
    await expectRefused(answer, "passkeys_not_allowed");
  });

  function setUser(values: Parameters<ReturnType<typeof world.owner.db.update<typeof users>>["set"]>[0]) {
    return transact(world.owner, owner.context, (tx) =>
      tx.update(users).set(values).where(eq(users.id, owner.user.userId)),
    );
  }
});
