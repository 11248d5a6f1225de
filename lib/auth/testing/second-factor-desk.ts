import { desc, eq, sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { outgoingMessages, sessions } from "@/db/schema";
import { transact } from "@/db/transact";
import { readPhoneNumber, sealPhone } from "@/lib/factors/phone-number";
import { insertEmailCodes, replacePhone } from "@/lib/factors/sent-code-store";
import { newId } from "@/lib/ids/id";
import { openContent } from "@/lib/messages/message-seal";
import type { Channel } from "../one-time-code-store";
import { putRecoveryCodes } from "../recovery-code-store";
import { newRecoveryCodes } from "../recovery-codes";
import type { CodeMethod } from "../second-factor/code-methods";
import { sendSignInCode } from "../send-sign-in-code";
import { verifySecondFactor } from "../verify-second-factor";
import { APP_URL, ORIGIN, passPassword, type SignInWorld, type TestUser } from "./sign-in-world";

export const PHONE = "+919876543210";

/** A user with every factor that is a code. */
export type FullUser = TestUser & Readonly<{ recoveryCodes: readonly string[] }>;

type MadeCodes = Awaited<ReturnType<typeof newRecoveryCodes>>;
type Codes = MadeCodes | Promise<MadeCodes>;

export async function addFullUser(world: SignInWorld, codes: Codes = newRecoveryCodes()): Promise<FullUser> {
  const user = await world.addUser();
  const { userId } = user;
  const read = readPhoneNumber(PHONE);
  if (!read.ok) throw new Error(read.message);
  const { shown, stored } = await codes;
  await transact(world.owner, systemContext("test"), async (tx) => {
    await replacePhone(tx, userId, sealPhone(world.ring, user, read.phone));
    await insertEmailCodes(tx, userId);
    await putRecoveryCodes(tx, userId, stored);
  });
  return { ...user, recoveryCodes: shown };
}

type Typed = Readonly<{ method: CodeMethod; code: string }>;

export function verifyWith(
  world: SignInWorld,
  challengeToken: string | null,
  proof: Typed,
  client: DatabaseClient = world.client,
) {
  const { ring, sessions: store } = world;
  const deps = { client, ring, sessions: store, lockoutSeconds: 900, appUrl: APP_URL };
  return verifySecondFactor(deps, {
    challengeToken,
    proof,
    sessionToken: null,
    deviceId: newId("dev"),
    origin: ORIGIN,
  });
}

export const challengeOf = (world: SignInWorld, { userId }: TestUser) => passPassword(world.client.db, userId);

export function send(
  world: SignInWorld,
  challengeToken: string | null,
  channel: Channel,
  channels: Readonly<Record<Channel, boolean>> = { sms: true, email: true },
) {
  const { client, ring, limits } = world;
  return sendSignInCode({ client, ring, limits, channels }, { challengeToken, channel, origin: ORIGIN });
}

/** Sends a code, as often as one likes, and reads it as whoever gets it does. */
export async function receive(
  world: SignInWorld,
  user: TestUser,
  challengeToken: string,
  channel: Channel,
): Promise<string> {
  await forgetSending(world);
  const sent = await send(world, challengeToken, channel);
  if (sent.kind !== "sent") throw new Error(`not sent: ${sent.kind}`);
  const { to, text } = await newestMessage(world, user, channel);
  if (to !== (channel === "sms" ? PHONE : user.email)) throw new Error("the code went to somebody else");
  const [code] = /\d{6}/.exec(text) ?? [];
  if (code === undefined) throw new Error("a message holds no code");
  return code;
}

async function newestMessage(world: SignInWorld, { merchantId }: TestUser, channel: Channel) {
  const rows = await world.owner.db
    .select()
    .from(outgoingMessages)
    .where(eq(outgoingMessages.merchantId, merchantId))
    .orderBy(desc(outgoingMessages.createdAt), desc(outgoingMessages.id));
  const row = rows.find((each) => each.channel === channel && each.kind === "sign_in_code");
  if (!row?.sealed) throw new Error("no message was queued");
  return openContent(world.ring, { merchantId, id: row.id }, row.sealed);
}

/** As if everybody had waited long enough for another code. */
export async function forgetSending(world: SignInWorld): Promise<void> {
  await world.owner.db.execute(sql`delete from rate_limit_hits where subject like 'send_code%'`);
}

export async function liveSessions(world: SignInWorld, { userId }: TestUser): Promise<number> {
  const rows = await world.owner.db.select().from(sessions).where(eq(sessions.userId, userId));
  return rows.filter((row) => row.endedAt === null).length;
}

/** Any other code of six digits. */
export function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, "0");
}

/** How many of each kind. */
export function tally(outcomes: readonly { kind: string }[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(outcomes, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));
}

export const fifty = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => work(index)));

/** Refusals whose code was compared, and how often the factor was locked, by the audit trail. */
export async function lookedAt(world: SignInWorld, { userId }: TestUser, method: CodeMethod) {
  const [row] = await world.owner.db.execute<{ looked: number; locked: number }>(sql`
    select count(*) filter (where action = 'sign_in.code_refused' and new_values ->> 'reason' = 'wrong_code')::int as looked,
           count(*) filter (where action = 'sign_in.locked')::int as locked
      from audit_entries where resource_id = ${userId} and new_values ->> 'method' = ${method}`);
  return row;
}
