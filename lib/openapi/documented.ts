import type { z } from "zod";

export type JsonSchema = { [keyword: string]: unknown };

export type Documentation = Readonly<{
  /** Stands in the document in place of what the schema itself says, where it says too little: much is checked by code. */
  as?: JsonSchema;
  /** The field must be sent, although the schema lets it through missing to refuse it under a code of its own. */
  needed?: true;
}>;

/** The keyword that carries a `Documentation` through zod's own conversion; `tidySchema` takes it out again. */
export const DOCUMENTATION = "x-documentation";

/** The schema, with what the OpenAPI document says about it. What it accepts does not change. */
export function documented<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  documentation: Documentation = {},
): Schema {
  return schema.meta({ description, [DOCUMENTATION]: documentation });
}
