import { isObject, type JsonSchema, toInlineSchema } from "./json-schema";
import type { Operation } from "./operation";

/** What goes into the path, the query and the `Idempotency-Key` header of a call. */
export function parametersOf({ path, query, idempotency }: Operation): JsonSchema[] {
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...(idempotency ? [idempotencyKey(idempotency)] : []),
    ...(query ? queryParameters(toInlineSchema(query)) : []),
  ];
}

function idempotencyKey(need: "required" | "accepted"): JsonSchema {
  return {
    name: "Idempotency-Key",
    in: "header",
    required: need === "required",
    description: "A value of your own for this one operation, the same on every retry of it.",
    schema: { type: "string", pattern: "^[ -~]{1,255}$" },
  };
}

function queryParameters({ properties, required }: JsonSchema): JsonSchema[] {
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, field]) => {
    const { description, ...schema } = isObject(field) ? field : {};
    return {
      name,
      in: "query",
      required: Array.isArray(required) && required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}
