import { z } from "zod";
import type { IdPrefix } from "@/lib/ids/id";

/** The id of one kind of thing, as `lib/ids` makes it. */
export function objectId(prefix: IdPrefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ examples: [`${prefix}_3q5h8x2m9k7c4v1d6f0g2j8n4p`] });
}

export const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: "date-time", description: "RFC 3339, in UTC, with milliseconds." });

export const nullable = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);
