import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merchants, outgoingMessages, passkeys, totpFactors, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { mayDo } from "@/lib/auth/permissions";
import { ROLES } from "@/lib/auth/role";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { newId } from "@/lib/ids/id";
import { recoveryDesk } from "@/lib/recovery/testing/recovery-desk";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { removeAuthenticator } from "./authenticator";
import { changeSignInPolicy } from "./sign-in-policy";
import { FACTORS, findSignInPolicy, type SignInPolicy } from "./sign-in-policy-store";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());

const APP_URL = "http://localhost:44000";

async function save(person: SignedIn, policy: SignInPolicy): Promise<void> {
  const allowed = FACTORS.filter((factor) => policy.allowedFactors.includes(factor)).join();
  const binds = { allowed, ip: policy.ipPolicy };
  await grant(world, person, { purpose: "sign_in_policy.change", binds, description: "" });
  const desk = { ring: world.ring, appUrl: APP_URL };
  await transact(world.client, person.context, (tx) => changeSignInPolicy(tx, desk, person.session, policy));
}

async function addPasskey({ context, user }: SignedIn): Promise<void> {
  const id = newId("psk");
  const key = { credentialId: id, publicKey: Buffer.from("key"), transports: [], aaguid: "0", backedUp: false };
  await transact(world.client, context, (tx) =>
    tx.insert(passkeys).values({ id, userId: user.userId, name: "Key", ...key }),
  );
}

const policyOf = ({ user }: SignedIn) => findSignInPolicy(world.client.db, user.merchantId);

describe("sign-in-policy", () => {
  it("switches text messages and e-mail off, and says what happens when an address changes", async () => {
    const person = await somebody();
    await save(person, { allowedFactors: ["passkey", "totp"], ipPolicy: "revoke" });
    expect(await policyOf(person)).toEqual({ allowedFactors: ["passkey", "totp"], ipPolicy: "revoke" });
  });

  it("is an owner's alone to choose, and all owners are told: the attack is an admin who lets weak factors in", async () => {
    expect(ROLES.filter((role) => mayDo(role, "sign-in-policy:manage"))).toEqual(["owner"]);
    const person = await somebody();
    const second = await recoveryDesk(world).join(await world.addUser(), person.user, "owner");
    await recoveryDesk(world).join(await world.addUser(), person.user, "admin");
    await save(person, { allowedFactors: ["totp", "sms"], ipPolicy: "log" });
    const mails = await world.owner.db
      .select()
      .from(outgoingMessages)
      .where(eq(outgoingMessages.merchantId, person.user.merchantId));
    expect(mails.map(({ kind }) => kind)).toEqual(["sign_in_policy_changed", "sign_in_policy_changed"]);
    const [told] = await recoveryDesk(world).mailsTo(second.email);
    expect(told?.text).toContain("Allowed now: authenticator app, text message.");
  });

  it.each([[["sms", "email"] as const], [[]]])("%j leaves nothing strong and is refused", async (allowedFactors) => {
    const person = await somebody();
    const change = save(person, { allowedFactors, ipPolicy: "log" });
    await expect(change).rejects.toMatchObject({ code: "validation_failed" });
    expect((await policyOf(person)).allowedFactors).toEqual([...FACTORS]);
  });

  it("refuses to leave somebody without a factor that counts, and names them; disabled people do not count", async () => {
    const person = await somebody();
    const change = () => save(person, { allowedFactors: ["passkey"], ipPolicy: "log" });
    await expect(change()).rejects.toMatchObject({ message: expect.stringContaining("Asha Rao") });
    await addPasskey(person);
    const gone = newId("usr");
    const colleague = { name: "Gone", email: `${gone}@x.example`, role: "viewer", passwordHash: "x" } as const;
    await transact(world.owner, person.context, async (tx) => {
      await tx
        .insert(users)
        .values({ id: gone, merchantId: person.user.merchantId, ...colleague, disabledAt: new Date() });
      await tx.insert(totpFactors).values({ userId: gone, secret: "sealed" });
    });
    await change();
    expect((await policyOf(person)).allowedFactors).toEqual(["passkey"]);
  });

  it("sign-in-policy.concurrent: the attack is to remove an authenticator while passkeys become forbidden", async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await somebody();
      await addPasskey(person);
      await grant(world, person, { purpose: "authenticator.remove", binds: {}, description: "" });
      await Promise.allSettled([
        transact(world.client, person.context, (tx) => removeAuthenticator(tx, person.session)),
        save(person, { allowedFactors: ["totp", "sms"], ipPolicy: "log" }),
      ]);
      const [row] = await world.owner.db.select().from(totpFactors).where(eq(totpFactors.userId, person.user.userId));
      const { allowedFactors } = await policyOf(person);
      // Whoever was first, the person is left with something that counts.
      expect(allowedFactors.includes("passkey") || row !== undefined).toBe(true);
    }
  });

  it("another merchant's policy is not touched", async () => {
    const [person, stranger] = [await somebody(), await somebody()];
    await save(person, { allowedFactors: ["totp"], ipPolicy: "step_up" });
    const [row] = await world.owner.db.select().from(merchants).where(eq(merchants.id, stranger.user.merchantId));
    expect(row).toMatchObject({ allowedFactors: [...FACTORS], ipPolicy: "log" });
  });
});
