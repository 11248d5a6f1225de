import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  auditEntries,
  emailFactors,
  factorEnrolments,
  outgoingMessages,
  phoneFactors,
  recoveryCodes,
} from "@/db/schema";
import { type Transaction, transact } from "@/db/transact";
import { changePassword } from "@/lib/auth/change-password";
import { newRecoveryCodes } from "@/lib/auth/recovery-codes";
import { APP_URL, createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { StepUpRequired } from "@/lib/step-up/demand";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { beginAuthenticator, removeAuthenticator } from "./authenticator";
import { changeFactors } from "./change-factors";
import { readPhoneNumber, sealPhone } from "./phone-number";
import { replaceRecoveryCodes } from "./replace-recovery-codes";
import { beginEmailCodes, beginTextMessages, removeEmailCodes, removeTextMessages } from "./sent-codes";
import { changeSignInPolicy } from "./sign-in-policy";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const read = readPhoneNumber("+91 98765 43210");
if (!read.ok) throw new Error(read.message);
const { phone } = read;

type Act = (person: SignedIn) => Promise<unknown>;

const inTransaction =
  (work: (tx: Transaction, person: SignedIn) => Promise<unknown>): Act =>
  (person) =>
    transact(world.client, person.context, (tx) => work(tx, person));

const deskOf = ({ session, context }: SignedIn) => ({ session, context, ring: world.ring, limits: world.limits });

/** Every act of one's own that changes how one, or one's colleagues, sign in. */
const ACTS: Readonly<Record<string, Act>> = {
  "authenticator.set": inTransaction((tx, { session }) => beginAuthenticator(tx, world.ring, session)),
  "authenticator.remove": inTransaction((tx, { session }) => removeAuthenticator(tx, session)),
  "text_message.add": inTransaction((tx, person) => beginTextMessages(tx, deskOf(person), phone)),
  "text_message.remove": inTransaction((tx, { session }) => removeTextMessages(tx, session)),
  "email_codes.add": inTransaction((tx, person) => beginEmailCodes(tx, deskOf(person))),
  "email_codes.remove": inTransaction((tx, { session }) => removeEmailCodes(tx, session)),
  "recovery_codes.replace": inTransaction((tx, { session }) => replaceRecoveryCodes(tx, session, newRecoveryCodes)),
  "sign_in_policy.change": inTransaction((tx, { session }) =>
    changeSignInPolicy(tx, { ring: world.ring, appUrl: APP_URL }, session, {
      allowedFactors: ["totp"],
      ipPolicy: "revoke",
    }),
  ),
  "password.change": ({ session, context, user }) => {
    const deps = { ...world, appUrl: "http://localhost:3000" };
    return changePassword(deps, { session, context, current: user.password, next: "seven quiet herons wade" });
  },
};

/** A person with everything there is to remove. */
async function somebody(): Promise<SignedIn> {
  const person = await signedIn(world, await world.addUser());
  const { userId } = person.user;
  await transact(world.client, person.context, async (tx) => {
    await tx.insert(phoneFactors).values({ userId, phone: sealPhone(world.ring, person.user, phone) });
    await tx.insert(emailFactors).values({ userId });
    await tx.insert(recoveryCodes).values({ userId, codes: { ab: "hash" } });
  });
  return person;
}

async function traces({ user }: SignedIn) {
  const { userId, merchantId } = user;
  const entries = await world.owner.db.select().from(auditEntries).where(eq(auditEntries.merchantId, merchantId));
  const enrolments = await world.owner.db.select().from(factorEnrolments).where(eq(factorEnrolments.userId, userId));
  const messages = await world.owner.db
    .select()
    .from(outgoingMessages)
    .where(eq(outgoingMessages.merchantId, merchantId));
  return { entries: entries.length, enrolments, messages };
}

describe("step-up.required: the attack is to change how somebody signs in from a browser that was left open", () => {
  it.each(Object.keys(ACTS))(
    "%s without a proof changes nothing, and asks for one under its own name",
    async (name) => {
      const person = await somebody();
      const before = await traces(person);
      const error = await ACTS[name]?.(person).catch((thrown: unknown) => thrown);
      if (!(error instanceof StepUpRequired)) throw new Error(`${name} did not ask for a proof: ${String(error)}`);
      expect(error.demand.purpose).toBe(name);
      expect(error.demand.description).not.toBe("");
      expect(await traces(person)).toEqual(before);
    },
  );

  it.each(Object.keys(ACTS))("%s with the proof of another act does not either", async (name) => {
    const person = await somebody();
    const others = Object.keys(ACTS).filter((other) => other !== name);
    for (const other of others) {
      const error = await ACTS[other]?.(person).catch((thrown: unknown) => thrown);
      if (error instanceof StepUpRequired) await grant(world, person, error.demand);
    }
    await expect(ACTS[name]?.(person)).rejects.toBeInstanceOf(StepUpRequired);
  });
});

describe("factor.change: notice, new token and change are one commit", () => {
  it("a change is told by e-mail and gives the session a new token; a refusal does neither", async () => {
    const person = await somebody();
    const deps = { ...world, appUrl: "http://localhost:3000" };
    const refused = await changeFactors(deps, person, async () => ({ answer: "wrong", told: null }));
    expect(refused).toEqual({ answer: "wrong", token: null });
    expect((await traces(person)).messages).toEqual([]);
    const { token } = await changeFactors(deps, person, async () => ({ answer: "done", told: "phone_removed" }));
    expect((await traces(person)).messages.map(({ kind }) => kind)).toEqual(["phone_removed"]);
    expect(await world.sessions.resolve(person.token)).toBeNull();
    expect(await world.sessions.resolve(token ?? "")).toMatchObject({ sessionId: person.session.sessionId });
  });

  it("a session that was ended meanwhile changes nothing", async () => {
    const person = await somebody();
    const { userId } = person.user;
    await transact(world.client, person.context, (tx) =>
      world.sessions.end(tx, { sessionId: person.session.sessionId }, "signed_out", null),
    );
    const change = changeFactors({ ...world, appUrl: "http://localhost:3000" }, person, async (tx) => {
      await tx.delete(phoneFactors).where(eq(phoneFactors.userId, userId));
      return { answer: "done", told: "phone_removed" };
    });
    await expect(change).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await world.owner.db.select().from(phoneFactors).where(eq(phoneFactors.userId, userId))).toHaveLength(1);
  });
});
