import { z } from "zod";
import { DOCUMENTATION, type Documentation, type JsonSchema } from "./documented";

export type { JsonSchema } from "./documented";

export type ComponentRegistry = z.core.$ZodRegistry<{ id: string }>;

/**
 * The schemas of a registry as components of the document, each under its id. `input` is what may be sent, and names every
 * field that is known; `output` is what is answered, where a client must live with members that come to it later.
 */
export function toComponents(registry: ComponentRegistry, io: "input" | "output"): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, {
    io,
    unrepresentable: "any",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, schema]): [string, JsonSchema] => [id, asObject(tidySchema(schema, io))])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** One schema by itself, with everything in it written out. */
export function toInlineSchema(schema: z.ZodType): JsonSchema {
  return asObject(tidySchema(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "input"));
}

function asObject(value: unknown): JsonSchema {
  if (!isObject(value)) throw new TypeError("a schema became no object");
  return value;
}

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Takes our own keyword out, in favour of what it says, and what only zod has a use for. */
function tidySchema(value: unknown, io: "input" | "output"): unknown {
  if (Array.isArray(value)) return value.map((item) => tidySchema(item, io));
  if (!isObject(value)) return value;
  const { [DOCUMENTATION]: documentation, $schema: _, $id: __, ...own } = value;
  const { as } = documentationIn(documentation);
  const schema: JsonSchema = as === undefined ? own : { ...pick(own, ["description", "default"]), ...as };
  const needed = neededFields(schema);
  const tidied = Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, tidySchema(inner, io)]));
  // The format says it, and nobody can read the pattern.
  if (tidied.format === "date-time") delete tidied.pattern;
  if (io === "output" && tidied.additionalProperties === false) delete tidied.additionalProperties;
  if (needed.length > 0) tidied.required = [...needed, ...(Array.isArray(tidied.required) ? tidied.required : [])];
  return tidied;
}

function neededFields({ properties }: JsonSchema): string[] {
  if (!isObject(properties)) return [];
  return Object.entries(properties)
    .filter(([, field]) => isObject(field) && documentationIn(field[DOCUMENTATION]).needed)
    .map(([name]) => name);
}

function documentationIn(value: unknown): Documentation {
  return isObject(value) ? value : {};
}

function pick(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  return Object.fromEntries(keys.filter((key) => key in schema).map((key) => [key, schema[key]]));
}
