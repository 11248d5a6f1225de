import { eq, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { factorEnrolments, passkeys, totpFactors } from "@/db/schema";
import { type Transaction, transact } from "@/db/transact";
import { spendTotpStep } from "@/lib/auth/second-factor/factor-store";
import { createSignInWorld, type SignInWorld, wrongCodeOf } from "@/lib/auth/testing/sign-in-world";
import { openTotpSecret } from "@/lib/auth/totp-secret";
import { AppError } from "@/lib/errors/app-error";
import { newId, type UserId } from "@/lib/ids/id";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator } from "./authenticator";
import type { NewAuthenticator } from "./authenticator-enrolment";
import { explainStrongFactor, keepStrongFactor } from "./strong-factor-store";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());
const run = <T>({ context }: SignedIn, work: (tx: Transaction) => Promise<T>) => transact(world.client, context, work);

async function begin(person: SignedIn): Promise<NewAuthenticator> {
  await grant(world, person, { purpose: "authenticator.set", binds: {}, description: "" });
  return run(person, (tx) => beginAuthenticator(tx, world.ring, person.session));
}

const confirm = (person: SignedIn, { enrolmentId }: Pick<NewAuthenticator, "enrolmentId">, code: string) =>
  run(person, (tx) => confirmAuthenticator(tx, person.context, world.ring, person.session, { enrolmentId, code }));

function codeOfSecret(secret: string): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() });
}

async function secretOf({ user }: SignedIn): Promise<string | null> {
  const [row] = await world.owner.db.select().from(totpFactors).where(eq(totpFactors.userId, user.userId));
  return row ? openTotpSecret(world.ring, user, row.secret) : null;
}

async function addPasskey(person: SignedIn): Promise<void> {
  const id = newId("psk");
  const key = { credentialId: id, publicKey: Buffer.from("key"), transports: [], aaguid: "0", backedUp: false };
  await run(person, (tx) => tx.insert(passkeys).values({ id, userId: person.user.userId, name: "Key", ...key }));
}

async function removePasskeys(tx: Transaction, userId: UserId): Promise<void> {
  await tx.delete(passkeys).where(eq(passkeys.userId, userId));
}

describe("factor.replace-needs-proof: the attack is to lock somebody out, or in, by a factor that nobody holds", () => {
  it("the present authenticator stays until a code of the new one has come, and goes in the same step", async () => {
    const person = await somebody();
    const begun = await begin(person);
    expect(await secretOf(person)).toBe(person.user.secret);
    expect(await confirm(person, begun, codeOfSecret(begun.secret))).toBe("replaced");
    expect(await secretOf(person)).toBe(begun.secret);
    expect(new URL(begun.uri).searchParams.get("secret")).toBe(begun.secret);
  });

  it("a code of another secret is refused, five times, and then the right one too", async () => {
    const person = await somebody();
    const begun = await begin(person);
    const other = new Secret({ size: 20 }).base32;
    const wrong = [codeOfSecret(person.user.secret), codeOfSecret(other)];
    const never = wrongCodeOf({ ...person.user, secret: begun.secret });
    for (const code of [...wrong, never, never, never]) expect(await confirm(person, begun, code)).toBe("wrong");
    expect(await confirm(person, begun, codeOfSecret(begun.secret))).toBe("gone");
    expect(await secretOf(person)).toBe(person.user.secret);
  });

  it("of fifty wrong codes at once five are looked at", async () => {
    const person = await somebody();
    const begun = await begin(person);
    const wrong = wrongCodeOf({ ...person.user, secret: begun.secret });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => confirm(person, begun, wrong)));
    expect(outcomes.filter((outcome) => outcome === "wrong")).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === "gone")).toHaveLength(45);
  });

  it("the code that enrolled signs nobody in", async () => {
    const person = await somebody();
    const begun = await begin(person);
    expect(await confirm(person, begun, codeOfSecret(begun.secret))).toBe("replaced");
    const [row] = await world.owner.db.select().from(totpFactors).where(eq(totpFactors.userId, person.user.userId));
    expect(row?.lastStep).toBeGreaterThan(0);
    expect(await run(person, (tx) => spendTotpStep(tx, person.user.userId, row?.lastStep ?? 0))).toBe(false);
  });

  it("not after ten minutes, not another user's, not one that a newer has replaced, and not twice", async () => {
    const person = await somebody();
    const stranger = await somebody();
    const first = await begin(person);
    expect(await confirm(stranger, first, codeOfSecret(first.secret))).toBe("gone");
    const second = await begin(person);
    expect(await confirm(person, first, codeOfSecret(first.secret))).toBe("gone");
    await world.owner.db
      .update(factorEnrolments)
      .set({ expiresAt: sql`${factorEnrolments.expiresAt} - interval '601 seconds'` })
      .where(eq(factorEnrolments.userId, person.user.userId));
    expect(await confirm(person, second, codeOfSecret(second.secret))).toBe("gone");
    const third = await begin(person);
    const code = codeOfSecret(third.secret);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => confirm(person, third, code)));
    expect(outcomes.toSorted()).toEqual(["gone", "gone", "gone", "gone", "replaced"]);
  });

  it("factor.allowed-at-the-end: one that was begun while it was allowed is not enrolled once it is forbidden", async () => {
    const person = await somebody();
    const begun = await begin(person);
    await addPasskey(person);
    await run(person, (tx) =>
      tx.execute(sql`update merchants set allowed_factors = '{passkey}' where id = ${person.user.merchantId}`),
    );
    const confirmed = confirm(person, begun, codeOfSecret(begun.secret));
    await expect(confirmed).rejects.toMatchObject({ code: "invalid_state", message: /does not allow authenticator/ });
    expect(await secretOf(person)).toBe(person.user.secret);
  });

  it.each(["12345", "1234567", "", "abcdef"])("%j is no code and counts as no try", async (code) => {
    const person = await somebody();
    const begun = await begin(person);
    for (let round = 0; round < 6; round += 1) expect(await confirm(person, begun, code)).toBe("malformed");
    const right = codeOfSecret(begun.secret);
    const spaced = `${right.slice(0, 3)} ${right.slice(3)}`;
    expect(await confirm(person, begun, spaced)).toBe("replaced");
  });
});

describe("factors.last-strong-stays", () => {
  const remove = async (person: SignedIn) => {
    await grant(world, person, { purpose: "authenticator.remove", binds: {}, description: "" });
    return run(person, (tx) => removeAuthenticator(tx, person.session));
  };

  it("the only authenticator cannot be removed; beside a passkey it can", async () => {
    const person = await somebody();
    await expect(remove(person)).rejects.toMatchObject({ code: "invalid_state", message: /last authenticator/ });
    expect(await secretOf(person)).toBe(person.user.secret);
    await addPasskey(person);
    await remove(person);
    expect(await secretOf(person)).toBeNull();
  });

  it("factors.last-strong-stays.concurrent: the attack is to remove both at once, each seeing the other", async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await somebody();
      await addPasskey(person);
      await grant(world, person, { purpose: "authenticator.remove", binds: {}, description: "" });
      const outcomes = await Promise.allSettled([
        run(person, (tx) => removeAuthenticator(tx, person.session)),
        run(person, async (tx) => {
          await removePasskeys(tx, person.user.userId);
          await keepStrongFactor(tx, person.user.userId);
        }),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    }
  });

  it("the database holds it alone too, and its word is told as ours", async () => {
    const person = await somebody();
    await addPasskey(person);
    const { userId } = person.user;
    const outcomes = await Promise.allSettled([
      run(person, (tx) => tx.delete(totpFactors).where(eq(totpFactors.userId, userId))),
      run(person, (tx) => removePasskeys(tx, userId)),
    ]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(failures.map(explainStrongFactor)).toEqual([expect.any(AppError)]);
  });

  it("what is left must be allowed by the merchant", async () => {
    const person = await somebody();
    await addPasskey(person);
    await run(person, (tx) =>
      tx.execute(sql`update merchants set allowed_factors = '{totp}' where id = ${person.user.merchantId}`),
    );
    await expect(remove(person)).rejects.toMatchObject({ code: "invalid_state" });
  });
});
