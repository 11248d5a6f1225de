import { ERROR_CODES, type ErrorCode } from "@/lib/errors/error-codes";
import { PROBLEM_MEDIA_TYPE } from "@/lib/errors/problem";
import type { JsonSchema } from "./json-schema";
import { type Operation, refusalsOf } from "./operation";

const text = (description: string, schema: JsonSchema, required = false) => ({ description, required, schema });

export const headers = {
  "X-Request-Id": text("The call's id on our side.", { type: "string", pattern: "^req_" }, true),
  "RateLimit-Policy": text(
    "The limit that the call counts against: `q` calls in any `w` seconds.",
    { type: "string", examples: ['"create_payment";q=100;w=60'] },
    true,
  ),
  RateLimit: text(
    "What is left of it: `r` calls now, and all of them after `t` seconds.",
    { type: "string", examples: ['"create_payment";r=99;t=60'] },
    true,
  ),
  "Retry-After": text("Whole seconds until another try makes sense.", { type: "integer", minimum: 0 }),
  "Idempotent-Replayed": text("This is the stored answer of an earlier call with the key, byte for byte.", {
    type: "string",
    const: "true",
  }),
} as const;

type HeaderName = keyof typeof headers;

const refs = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const LIMITED = ["X-Request-Id", "RateLimit-Policy", "RateLimit"] as const;

export function successHeaders(isKeyed: boolean): JsonSchema {
  return refs(isKeyed ? [...LIMITED, "Idempotent-Replayed"] : LIMITED);
}

/** Refusals by status. Before a call is taken from a limit there is none to tell of; 403, 429 and 503 may come before or after. */
export function refusalResponses(operation: Operation): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...refusalsOf(operation)].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code][1]}.`).join(" "),
        headers: refs(headersOf(status)),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemWith(status, codes) } },
      },
    ]),
  );
}

function headersOf(status: number): HeaderName[] {
  if (status === 429 || status === 503) return ["X-Request-Id", "Retry-After"];
  if ([401, 403, 413, 500].includes(status)) return ["X-Request-Id"];
  return status === 409 ? [...LIMITED, "Retry-After"] : [...LIMITED];
}

function problemWith(status: number, codes: readonly ErrorCode[]): JsonSchema {
  return {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      { type: "object", properties: { status: { const: status }, code: { enum: [...codes] } } },
    ],
  };
}
