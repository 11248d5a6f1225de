import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditEntries, merchants, passkeys, totpFactors, webauthnChallenges } from "@/db/schema";
import { transact } from "@/db/transact";
import { APP_URL, createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { newId, type PasskeyId } from "@/lib/ids/id";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { PASSKEYS_MAX } from "./enrol-passkey";
import { beginOwnPasskey, finishOwnPasskey, removeOwnPasskey, renameOwnPasskey } from "./own-passkeys";
import { passkeyName } from "./passkey-name";
import { insertPasskey, listPasskeys } from "./passkey-store";
import { lastReason } from "./testing/passkey-desk";
import { type Lies, SoftwareAuthenticator } from "./testing/software-authenticator";

let world: SignInWorld;
let person: SignedIn;
let authenticator: SoftwareAuthenticator;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  person = await signedIn(world, await world.addUser());
  authenticator = new SoftwareAuthenticator(APP_URL);
});

const ADD = { purpose: "passkey.add", binds: {}, description: "Add a passkey to your account" } as const;

async function begin(who: SignedIn = person) {
  await grant(world, who, ADD);
  return transact(world.client, who.context, (tx) => beginOwnPasskey(tx, APP_URL, who.session));
}

function finish(answer: unknown, { name = null, who = person }: { name?: string | null; who?: SignedIn } = {}) {
  const { context, session } = who;
  return transact(world.client, context, (tx) =>
    finishOwnPasskey(tx, { context, appUrl: APP_URL }, session, { name, answer }),
  );
}

async function add(name: string, who: SignedIn = person): Promise<PasskeyId> {
  const outcome = await finish(new SoftwareAuthenticator(APP_URL).create(await begin(who)), { name, who });
  expect(outcome).toEqual({ kind: "enrolled", name });
  const added = (await own(who)).find((passkey) => passkey.name === name);
  if (!added) throw new Error("an enrolled passkey is not listed");
  return added.id;
}

const own = (who: SignedIn = person) => listPasskeys(world.client.db, who.session.user.id);

async function remove(id: PasskeyId, { proved = true, who = person } = {}): Promise<string> {
  const demand = { purpose: "passkey.remove", binds: { passkey: id }, description: "Remove" } as const;
  if (proved) await grant(world, who, demand);
  return transact(world.client, who.context, (tx) => removeOwnPasskey(tx, who.session, id));
}

describe("adding a passkey", () => {
  it("asks for one that signs in by itself, behind a check of who is there, and says nothing of its maker", async () => {
    const id = await add("Laptop");
    const options = await begin();
    expect(options.rp).toEqual({ id: "localhost", name: "Countinghouse" });
    expect(options.authenticatorSelection).toMatchObject({ residentKey: "required", userVerification: "required" });
    expect(options.attestation).toBe("none");
    expect(Buffer.from(options.user.id, "base64url").toString()).toBe(person.session.user.id);
    expect(options.excludeCredentials).toHaveLength(1);
    expect(id).toMatch(/^psk_/);
  });

  it("keeps the name that it is given, or gives it one, and the trail tells of it without its key", async () => {
    await add("Work laptop");
    expect(await finish(authenticator.create(await begin()))).toEqual({ kind: "enrolled", name: "Security key" });
    expect((await own()).map(({ name, synced, lastUsedAt }) => [name, synced, lastUsedAt])).toEqual([
      ["Work laptop", false, null],
      ["Security key", false, null],
    ]);
    const entries = await world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.actorId, person.session.user.id));
    const [added] = entries.filter(
      ({ resourceType, action }) => resourceType === "passkey" && action === "passkey.created",
    );
    expect(added?.newValues).toMatchObject({ name: "Work laptop" });
    const [row] = await world.client.db.select().from(passkeys).where(eq(passkeys.name, "Work laptop"));
    expect(JSON.stringify(added?.newValues)).not.toContain(row?.publicKey.toString("hex"));
    expect(JSON.stringify(added?.newValues)).not.toContain(row?.credentialId);
  });

  it("passkey.add.step-up: the attack is to add one's own at a browser that was left open", async () => {
    const asked = transact(world.client, person.context, (tx) => beginOwnPasskey(tx, APP_URL, person.session));
    await expect(asked).rejects.toThrow(StepUpRequired);
    expect(await world.client.db.select().from(webauthnChallenges).where(byUser())).toEqual([]);
  });

  it.each<[attack: string, lies: Lies, reason: string]>([
    ["another site's origin", { origin: "https://evil.example" }, "wrong_origin"],
    ["another site's rp id", { rpId: "evil.example" }, "wrong_rp_id"],
    ["no check of who is there", { userVerified: false }, "user_not_verified"],
    ["nobody there", { userPresent: false }, "user_not_verified"],
    ["a sign-in's answer", { type: "webauthn.get" }, "answer_invalid"],
    ["another's page around it", { crossOrigin: true }, "malformed"],
  ])("passkey.enrol: refuses %s", async (_, lies, reason) => {
    expect(await finish(authenticator.create(await begin(), lies))).toEqual({ kind: "refused" });
    expect(await lastReason(world, "passkey.enrolment_refused")).toBe(reason);
    expect(await own()).toEqual([]);
  });

  it("passkey.enrol: refuses what was never asked for, a second use, and what came too late", async () => {
    const invented = { ...(await begin()), challenge: Buffer.alloc(32, 1).toString("base64url") };
    expect(await finish(authenticator.create(invented))).toEqual({ kind: "gone" });
    const answer = authenticator.create(await begin());
    expect(await finish(answer)).toMatchObject({ kind: "enrolled" });
    expect(await finish(answer)).toEqual({ kind: "gone" });
    const late = new SoftwareAuthenticator(APP_URL).create(await begin());
    await world.owner.db.update(webauthnChallenges).set({ expiresAt: sql`now() - interval '1 ms'` }).where(byUser());
    expect(await finish(late)).toEqual({ kind: "gone" });
    expect(await own()).toHaveLength(1);
  });

  it("passkey.enrol.bound: the attack is to bring one's own answer to another session or account", async () => {
    const answer = authenticator.create(await begin());
    const elsewhere = await signedIn(world, person.user);
    expect(await finish(answer, { who: elsewhere })).toEqual({ kind: "gone" });
    const stranger = await signedIn(world, await world.addUser());
    expect(await finish(authenticator.create(await begin()), { who: stranger })).toEqual({ kind: "gone" });
    expect([...(await own()), ...(await own(stranger))]).toEqual([]);
  });

  it("the attack is to enrol somebody else's credential as one's own", async () => {
    const mine = authenticator.create(await begin());
    expect(await finish(mine)).toMatchObject({ kind: "enrolled" });
    const stranger = await signedIn(world, await world.addUser());
    const options = await begin(stranger);
    const theirs = new SoftwareAuthenticator(APP_URL).create(options);
    expect(await finish({ ...theirs, id: mine.id, rawId: mine.id }, { who: stranger })).toEqual({ kind: "refused" });
    expect(await own(stranger)).toEqual([]);
  });

  it("passkey.enrol.cap.concurrent: twenty at most, also when the last two come at once", async () => {
    const { userId } = person.user;
    await transact(world.owner, person.context, async (tx) => {
      for (let index = 0; index < PASSKEYS_MAX - 1; index += 1) {
        const key = { publicKey: Buffer.from("x"), counter: 0, transports: [], aaguid: "", backedUp: false };
        await insertPasskey(tx, { id: newId("psk"), userId, name: `${index}`, credentialId: newId("psk"), ...key });
      }
    });
    const elsewhere = await signedIn(world, person.user);
    const answers = [await begin(), await begin(elsewhere)].map((options) =>
      new SoftwareAuthenticator(APP_URL).create(options),
    );
    const outcomes = await Promise.all(
      answers.map((answer, index) => finish(answer, { who: index ? elsewhere : person })),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["enrolled", "too_many"]);
    expect(await own()).toHaveLength(PASSKEYS_MAX);
    await expect(begin()).rejects.toThrow("You have 20 passkeys. Remove one first.");
  });

  it("is refused where the business does not allow passkeys, at both ends", async () => {
    const answer = authenticator.create(await begin());
    await transact(world.owner, person.context, (tx) =>
      tx
        .update(merchants)
        .set({ allowedFactors: ["totp"] })
        .where(eq(merchants.id, person.user.merchantId)),
    );
    await expect(finish(answer)).rejects.toThrow("Your business does not allow passkeys.");
    await expect(begin()).rejects.toThrow("Your business does not allow passkeys.");
  });
});

describe("a passkey's name", () => {
  it.each([
    ["  Work laptop ", "Work laptop"],
    ["Schlüssel 🔑", "Schlüssel 🔑"],
    ["e\u0301", "\u00e9"],
    ["a".repeat(64), "a".repeat(64)],
  ])("%j is %j", (typed, name) => {
    expect(passkeyName.parse(typed)).toBe(name);
  });

  it.each([
    ["nothing", "   "],
    ["65 characters", "a".repeat(65)],
    ["two lines", "a\nb"],
    ["a NUL", "a\0b"],
    ["half a character", "a\ud800"],
    ["a card number", "4242 4242 4242 4242"],
  ])("is not %s", (_, typed) => {
    expect(passkeyName.safeParse(typed).success).toBe(false);
  });
});

describe("renaming and removing", () => {
  it("renames one's own, and nobody else's", async () => {
    const id = await add("Old");
    const stranger = await signedIn(world, await world.addUser());
    const rename = ({ context, session }: SignedIn) =>
      transact(world.client, context, (tx) => renameOwnPasskey(tx, session, { id, name: "New" }));
    await expect(rename(stranger)).rejects.toThrow("There is no such passkey any more.");
    expect((await own())[0]?.name).toBe("Old");
    await rename(person);
    expect((await own())[0]?.name).toBe("New");
  });

  it("removes what was proved to be meant, and nothing else", async () => {
    const [kept, gone] = [await add("Kept"), await add("Gone")];
    await expect(remove(kept, { proved: false })).rejects.toThrow(StepUpRequired);
    expect(await remove(gone)).toBe("Gone");
    await expect(remove(kept, { proved: false })).rejects.toThrow(StepUpRequired);
    expect((await own()).map(({ name }) => name)).toEqual(["Kept"]);
    const stranger = await signedIn(world, await world.addUser());
    await expect(remove(kept, { who: stranger })).rejects.toThrow("There is no such passkey any more.");
  });

  it("passkey.last-strong-factor.concurrent: of two removals at once one leaves a way in", async () => {
    const ids = [await add("One"), await add("Two")];
    await transact(world.owner, person.context, (tx) =>
      tx.delete(totpFactors).where(eq(totpFactors.userId, person.user.userId)),
    );
    const outcomes = await Promise.allSettled(ids.map((id) => remove(id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await own()).toHaveLength(1);
    const [last] = await own();
    if (!last) throw new Error("no passkey is left");
    await expect(remove(last.id)).rejects.toThrow("This is your last");
    expect(await own()).toHaveLength(1);
  });
});

function byUser() {
  return eq(webauthnChallenges.userId, person.user.userId);
}
