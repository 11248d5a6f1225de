import { desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, emailFactors, oneTimeCodes, outgoingMessages, phoneFactors } from "@/db/schema";
import { type Transaction, transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { mac } from "@/lib/crypto/mac";
import type { EnrolmentId } from "@/lib/ids/id";
import { openContent } from "@/lib/messages/message-seal";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { openSentCodes } from "./open-sent-codes";
import { openPhone, type PhoneNumber, readPhoneNumber } from "./phone-number";
import {
  beginEmailCodes,
  beginTextMessages,
  confirmSentCode,
  removeEmailCodes,
  removeTextMessages,
} from "./sent-codes";

let world: SignInWorld;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

const somebody = async () => signedIn(world, await world.addUser());
const run = <T>({ context }: SignedIn, work: (tx: Transaction) => Promise<T>) => transact(world.client, context, work);
const deskOf = ({ session, context }: SignedIn) => ({
  session,
  context,
  ring: world.ring,
  limits: world.limits,
  lockoutSeconds: 900,
});

function number(typed: string): PhoneNumber {
  const read = readPhoneNumber(typed);
  if (!read.ok) throw new Error(read.message);
  return read.phone;
}

const PHONE = number("+91 98765 43210");

async function beginPhone(person: SignedIn, phone = PHONE): Promise<EnrolmentId> {
  const bound = mac(world.ring, "blind-index", ["step-up-phone", phone]).digest.toString("base64url");
  await grant(world, person, { purpose: "text_message.add", binds: { phone: bound }, description: "" });
  return run(person, (tx) => beginTextMessages(tx, deskOf(person), phone));
}

async function beginEmail(person: SignedIn): Promise<EnrolmentId> {
  await grant(world, person, { purpose: "email_codes.add", binds: {}, description: "" });
  return run(person, (tx) => beginEmailCodes(tx, deskOf(person)));
}

/** What the newest message to the person's merchant says, and to whom. */
async function lastMessage({ user }: SignedIn) {
  const [row] = await world.owner.db
    .select()
    .from(outgoingMessages)
    .where(eq(outgoingMessages.merchantId, user.merchantId))
    .orderBy(desc(outgoingMessages.createdAt))
    .limit(1);
  const message = openContent(world.ring, { merchantId: user.merchantId, id: row?.id ?? "" }, row?.sealed ?? "");
  return { to: message.to, code: /\b\d{6}\b/.exec(message.text)?.[0] ?? "" };
}

const confirm = (person: SignedIn, channel: "sms" | "email", enrolmentId: EnrolmentId, code: string) =>
  run(person, (tx) => confirmSentCode(tx, deskOf(person), channel, { enrolmentId, code }));

async function phoneOf({ user }: SignedIn): Promise<string | null> {
  const [row] = await world.owner.db.select().from(phoneFactors).where(eq(phoneFactors.userId, user.userId));
  return row ? openPhone(world.ring, user, row.phone) : null;
}

async function hasEmailCodes({ user }: SignedIn): Promise<boolean> {
  const rows = await world.owner.db.select().from(emailFactors).where(eq(emailFactors.userId, user.userId));
  return rows.length === 1;
}

/** As if the pause between two codes were over. */
const forgetLimits = () => world.owner.db.execute(sql`delete from rate_limit_hits`);

describe("text messages", () => {
  it("are on once the code that was sent there has come back, and off again behind a proof", async () => {
    const person = await somebody();
    const id = await beginPhone(person);
    expect(await phoneOf(person)).toBeNull();
    const { to, code } = await lastMessage(person);
    expect(to).toBe(PHONE);
    expect(await confirm(person, "sms", id, `${code.slice(0, 3)} ${code.slice(3)}`)).toBe("enrolled");
    expect(await phoneOf(person)).toBe(PHONE);
    expect(await confirm(person, "sms", id, code)).toBe("gone");
    await grant(world, person, { purpose: "text_message.remove", binds: {}, description: "" });
    await run(person, (tx) => removeTextMessages(tx, person.session));
    expect(await phoneOf(person)).toBeNull();
  });

  it("phone.code-bound: the attack is to prove one number with the code of another", async () => {
    const person = await somebody();
    const mine = await beginPhone(person);
    const { code } = await lastMessage(person);
    await forgetLimits();
    const other = await beginPhone(person, number("+44 20 7946 0958"));
    // The first enrolment is over, and its code is none of the second's.
    expect(await confirm(person, "sms", mine, code)).toBe("gone");
    expect(await confirm(person, "sms", other, code)).toBe("wrong");
    expect(await phoneOf(person)).toBeNull();
    const refusals = await world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "text_message.code_refused"));
    expect(refusals.filter(({ resourceId }) => resourceId === person.user.userId)).toHaveLength(2);
  });

  it("a proof for one number sends nothing to another", async () => {
    const person = await somebody();
    const bound = mac(world.ring, "blind-index", ["step-up-phone", PHONE]).digest.toString("base64url");
    await grant(world, person, { purpose: "text_message.add", binds: { phone: bound }, description: "" });
    const other = run(person, (tx) => beginTextMessages(tx, deskOf(person), number("+44 20 7946 0958")));
    await expect(other).rejects.toThrow("Confirm it's you");
  });

  it("otp.wrong.concurrent: of fifty wrong codes at once three are looked at", async () => {
    const person = await somebody();
    const id = await beginPhone(person);
    const { code } = await lastMessage(person);
    const wrong = code === "111111" ? "222222" : "111111";
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => confirm(person, "sms", id, wrong)));
    expect(outcomes.filter((outcome) => outcome === "wrong")).toHaveLength(3);
    // Locked: the right one is not looked at, and reads alike on the page.
    expect(["locked", "gone"]).toContain(await confirm(person, "sms", id, code));
    expect(await phoneOf(person)).toBeNull();
  });

  it("are still asked for on a page that is loaded again, until the code is used up, replaced or too old", async () => {
    const person = await somebody();
    const open = () => openSentCodes(world.client.db, world.ring, person.session);
    expect(await open()).toEqual({ sms: null, email: null });
    const first = await beginPhone(person);
    expect(await open()).toEqual({ sms: { enrolmentId: first, to: "+91 •••• 3210" }, email: null });
    expect(await openSentCodes(world.client.db, world.ring, (await somebody()).session)).toEqual({
      sms: null,
      email: null,
    });
    await forgetLimits();
    const second = await beginPhone(person, number("+44 20 7946 0958"));
    expect(await open()).toMatchObject({ sms: { enrolmentId: second, to: "+44 •••• 0958" } });
    await world.owner.db
      .update(oneTimeCodes)
      .set({ expiresAt: sql`clock_timestamp() - interval '1 millisecond'` })
      .where(eq(oneTimeCodes.userId, person.user.userId));
    expect(await open()).toEqual({ sms: null, email: null });
    await forgetLimits();
    const third = await beginPhone(person);
    expect(await confirm(person, "sms", third, (await lastMessage(person)).code)).toBe("enrolled");
    expect(await open()).toEqual({ sms: null, email: null });
  });

  it("are not sent twice in a moment", async () => {
    const person = await somebody();
    await beginPhone(person);
    await expect(beginPhone(person)).rejects.toMatchObject({ code: "rate_limited" });
  });
});

describe("codes by e-mail", () => {
  it("go to the account's own address, and are on once one has come back", async () => {
    const person = await somebody();
    const id = await beginEmail(person);
    const { to, code } = await lastMessage(person);
    expect(to).toBe(person.user.email);
    expect(await confirm(person, "sms", id, code)).toBe("gone");
    expect(await confirm(person, "email", id, code)).toBe("enrolled");
    expect(await hasEmailCodes(person)).toBe(true);
    await grant(world, person, { purpose: "email_codes.remove", binds: {}, description: "" });
    await run(person, (tx) => removeEmailCodes(tx, person.session));
    expect(await hasEmailCodes(person)).toBe(false);
  });

  it("another user's enrolment is one that never was", async () => {
    const [person, stranger] = [await somebody(), await somebody()];
    const id = await beginEmail(person);
    const { code } = await lastMessage(person);
    expect(await confirm(stranger, "email", id, code)).toBe("gone");
    expect([await hasEmailCodes(person), await hasEmailCodes(stranger)]).toEqual([false, false]);
  });
});

describe("sign-in-policy: what the merchant forbids", () => {
  it("can neither be begun nor finished, and still be removed", async () => {
    const person = await somebody();
    const id = await beginPhone(person);
    const { code } = await lastMessage(person);
    await run(person, (tx) =>
      tx.execute(sql`update merchants set allowed_factors = '{totp}' where id = ${person.user.merchantId}`),
    );
    await expect(confirm(person, "sms", id, code)).rejects.toMatchObject({ code: "invalid_state" });
    await forgetLimits();
    await expect(beginPhone(person)).rejects.toMatchObject({ code: "invalid_state" });
    await expect(beginEmail(person)).rejects.toMatchObject({ code: "invalid_state" });
    expect(await phoneOf(person)).toBeNull();
  });
});
