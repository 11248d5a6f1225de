import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "@/db/client";
import { knownDevices, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { DeviceId, UserId } from "@/lib/ids/id";
import { DEVICE_COOKIE_SECONDS } from "./device";

const remembered = sql`make_interval(secs => ${DEVICE_COOKIE_SECONDS}::int)`;

/** `first`: the user has never signed in before. */
export type Acquaintance = "known" | "first" | "new";

const answer = z.array(z.object({ known: z.boolean(), others: z.boolean() })).length(1);

/**
 * Notes that a user has signed in from a device. Called with the user's row locked (a session has just been made for
 * them), so that of two new devices at the same moment one sees the other.
 */
export async function noteDevice(
  tx: Transaction,
  { userId, deviceId, userAgent }: Readonly<{ userId: UserId; deviceId: DeviceId; userAgent: string | null }>,
): Promise<Acquaintance> {
  const rows = await tx.execute(sql`
    with before as (
      select last_seen_at > now() - ${remembered} and device_id = ${deviceId} as known
        from ${knownDevices}
       where user_id = ${userId}
    ), noted as (
      insert into ${knownDevices} (user_id, device_id, user_agent) values (${userId}, ${deviceId}, ${userAgent})
      on conflict (user_id, device_id) do update set last_seen_at = now(), user_agent = excluded.user_agent
    )
    select coalesce(bool_or(known), false) as known, count(*) > 0 as others from before`);
  const [row] = answer.parse([...rows]);
  if (row?.known) return "known";
  return row?.others ? "new" : "first";
}

/** Whether somebody else has signed in from a device, and this user never has: then its cookie is not to become theirs. */
export async function isDeviceOfOthers(db: Queryable, userId: UserId, deviceId: DeviceId): Promise<boolean> {
  const rows = await db
    .select({ userId: knownDevices.userId })
    .from(knownDevices)
    .where(eq(knownDevices.deviceId, deviceId));
  return rows.length > 0 && rows.every((row) => row.userId !== userId);
}

/** Whether the user of a normalised e-mail has signed in from a device. One question, whether or not there is such a user. */
export async function isKnownDevice(db: Queryable, email: string, deviceId: DeviceId): Promise<boolean> {
  const known = await db
    .select({ deviceId: knownDevices.deviceId })
    .from(knownDevices)
    .innerJoin(users, eq(users.id, knownDevices.userId))
    .where(
      and(
        eq(users.email, email),
        eq(knownDevices.deviceId, deviceId),
        sql`${knownDevices.lastSeenAt} > now() - ${remembered}`,
      ),
    );
  return known.length > 0;
}

/** From now on a sign-in from there is one from a new device. */
export function forgetDevice(tx: Transaction, userId: UserId, deviceId: DeviceId): Promise<void> {
  return forget(tx, and(eq(knownDevices.userId, userId), eq(knownDevices.deviceId, deviceId)));
}

/** From now on every sign-in of a user is one from a new device. */
export function forgetDevices(tx: Transaction, userId: UserId): Promise<void> {
  return forget(tx, eq(knownDevices.userId, userId));
}

/** They stay, seen long ago: by them the user's next sign-in is known not to be their first, and is told of. */
async function forget(tx: Transaction, which: SQL | undefined): Promise<void> {
  await tx.update(knownDevices).set({ lastSeenAt: sql`to_timestamp(0)` }).where(which);
}
