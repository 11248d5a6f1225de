import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "@/db/client";
import { knownDevices, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { DeviceId, UserId } from "@/lib/ids/id";

/** `first`: the user had none before. */
export type Acquaintance = "known" | "first" | "new";

const answer = z.array(z.object({ inserted: z.boolean(), others: z.boolean() })).length(1);

/**
 * Notes that a user has signed in from a device. Called with the user's row locked (a session has just been made for
 * them), so that of two new devices at the same moment one sees the other.
 */
export async function noteDevice(
  tx: Transaction,
  { userId, deviceId, userAgent }: Readonly<{ userId: UserId; deviceId: DeviceId; userAgent: string | null }>,
): Promise<Acquaintance> {
  const rows = await tx.execute(sql`
    with noted as (
      insert into ${knownDevices} (user_id, device_id, user_agent) values (${userId}, ${deviceId}, ${userAgent})
      on conflict (user_id, device_id) do update set last_seen_at = now(), user_agent = excluded.user_agent
      returning xmax = 0 as inserted)
    select inserted, exists (select from ${knownDevices} where user_id = ${userId} and device_id <> ${deviceId}) as others
      from noted`);
  const [row] = answer.parse([...rows]);
  if (!row?.inserted) return "known";
  return row.others ? "new" : "first";
}

/** Whether the user of a normalised e-mail has signed in from a device. One question, whether or not there is such a user. */
export async function isKnownDevice(db: Queryable, email: string, deviceId: DeviceId): Promise<boolean> {
  const known = await db
    .select({ deviceId: knownDevices.deviceId })
    .from(knownDevices)
    .innerJoin(users, eq(users.id, knownDevices.userId))
    .where(and(eq(users.email, email), eq(knownDevices.deviceId, deviceId)));
  return known.length > 0;
}

/** From now on a sign-in from there is one from a new device. */
export async function forgetDevice(tx: Transaction, userId: UserId, deviceId: DeviceId): Promise<void> {
  await tx.delete(knownDevices).where(and(eq(knownDevices.userId, userId), eq(knownDevices.deviceId, deviceId)));
}
