import { type Column, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "@/lib/errors/app-error";
import { type IdPrefix, parseId } from "@/lib/ids/id";
import { documented } from "@/lib/openapi/documented";

/** A place in a list that is newest first: the rows older than it, or newer. */
export type PageRequest = Readonly<{ limit: number; cursor: string | null; direction?: "older" | "newer" }>;

export type Page<Row> = Readonly<{ rows: Row[]; nextCursor: string | null; previousCursor: string | null }>;

type Place = Readonly<{ id: string; createdAt: Date }>;

/** `limit` of a query, as text: 1 to 100. */
export const pageLimit = documented(
  z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, "Send a whole number from 1 to 100.")
    .transform(Number)
    .refine((count) => count <= 100, "Send a whole number from 1 to 100."),
  "How many at most.",
  { as: { type: "integer", minimum: 1, maximum: 100, default: 25 } },
);

export const pageCursor = documented(z.string().max(200), "`next_cursor` of the page before.");

/** Whether a text is the place of a row whose id has the prefix. */
export function isCursor(prefix: IdPrefix, text: string): boolean {
  const [time = "", id, ...more] = text.split(".");
  return /^[0-9a-z]{1,9}$/.test(time) && parseId(prefix, id) !== null && more.length === 0;
}

/**
 * The rows beyond a place, which is a time and an id: a page stays what it is while rows arrive. Throws 400
 * `cursor_invalid`.
 */
export function beyond(
  columns: Readonly<{ id: Column; createdAt: Column }>,
  prefix: IdPrefix,
  { cursor, direction }: PageRequest,
): SQL | undefined {
  if (cursor === null) return undefined;
  if (!isCursor(prefix, cursor)) {
    throw new AppError("cursor_invalid", "This cursor is not one of ours. Send next_cursor as it came, or none.");
  }
  const [time = "", id] = cursor.split(".");
  const createdAt = new Date(Number.parseInt(time, 36));
  const comparison = direction === "newer" ? sql`>` : sql`<`;
  return sql`(${columns.createdAt}, ${columns.id}) ${comparison} (${createdAt.toISOString()}::timestamptz, ${id})`;
}

/** One page out of `limit + 1` rows, which were read from the place on in the direction asked for. */
export function toPage<Row extends Place>(rows: readonly Row[], { limit, cursor, direction }: PageRequest): Page<Row> {
  const newer = direction === "newer" && cursor !== null;
  const shown = newer ? rows.slice(0, limit).reverse() : rows.slice(0, limit);
  const more = rows.length > limit;
  const [first, last] = [shown.at(0), shown.at(-1)];
  return {
    rows: shown,
    nextCursor: last && (newer || more) ? toCursor(last) : null,
    previousCursor: first && cursor !== null && (!newer || more) ? toCursor(first) : null,
  };
}

function toCursor({ createdAt, id }: Place): string {
  return `${createdAt.getTime().toString(36)}.${id}`;
}
