import { z } from "zod";
import type { Queryable } from "@/db/client";
import { AppError } from "@/lib/errors/app-error";
import type { MerchantId } from "@/lib/ids/id";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { EVENT_TYPES, type EventRecord, type EventType, findEvents } from "./event-store";

/** `GET /events`. */
export const eventListQuery = z.strictObject({
  type: z.enum(EVENT_TYPES).optional(),
  limit: pageLimit.default(25),
  cursor: pageCursor.optional(),
});

/** One page of what has happened, newest first. A cursor is a position, so that a page stays what it is. Throws 400 `cursor_invalid`. */
export async function listEvents(
  db: Queryable,
  scope: Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>,
  { type, limit, cursor }: Readonly<{ type?: EventType | undefined; limit: number; cursor?: string | undefined }>,
) {
  const before = cursor === undefined ? null : positionOf(cursor);
  const found = await findEvents(db, scope, { type: type ?? null, before, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(eventResource),
    next_cursor: last && found.length > limit ? last.position.toString() : null,
  };
}

/** An event as the integration API shows it, and webhooks carry it; the members stand in the contract's order. */
export function eventResource({ id, type, createdAt, data }: EventRecord) {
  return { id, type, created_at: createdAt.toISOString(), data } as const;
}

function positionOf(cursor: string): bigint {
  if (/^[1-9][0-9]{0,17}$/.test(cursor)) return BigInt(cursor);
  throw new AppError("cursor_invalid", "This cursor is not one of ours. Send next_cursor as it came, or none.");
}
