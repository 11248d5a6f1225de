import { z } from "zod";
import { answerComponents } from "./answers";
import { type JsonSchema, toComponents } from "./json-schema";
import type { Operation } from "./operation";
import { OPERATIONS } from "./operations";
import { parametersOf } from "./parameters";
import { headers, refusalResponses, successHeaders } from "./responses";
import { eventWebhooks } from "./webhooks";

export const API_VERSION = "1.0.0";

const INTRODUCTION = `Take payments, hold and capture them, refund them, and hear of what has happened.

Bodies are JSON in UTF-8, at most 64 KiB, with names in \`snake_case\`; a field that is not known is refused. Times are RFC 3339 in
UTC. Amounts are decimal strings in major units. Every call but this document's own is signed; the guides say how.`;

let built: JsonSchema | null = null;

/** The OpenAPI 3.1 document of the integration API: from the schemas that validate requests and those the tests put answers through. */
export function openApiDocument(): JsonSchema {
  built ??= build();
  return built;
}

function build(): JsonSchema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Countinghouse API",
      version: API_VERSION,
      description: INTRODUCTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/api/v1" }],
    security: [SIGNED],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: { ...paths(), "/openapi.json": { get: THIS_DOCUMENT } },
    webhooks: eventWebhooks(),
    components: {
      schemas: { ...toComponents(answerComponents, "output"), ...toComponents(bodyComponents(), "input") },
      headers,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function paths(): Record<string, JsonSchema> {
  const byPath: Record<string, JsonSchema> = {};
  for (const operation of OPERATIONS) {
    byPath[operation.path] = {
      ...byPath[operation.path],
      [operation.method.toLowerCase()]: operationObject(operation),
    };
  }
  return byPath;
}

function operationObject(operation: Operation): JsonSchema {
  const { id, tag, summary, description, permission, policy, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    "x-permission": permission,
    "x-rate-limit-policy": policy,
    parameters: parametersOf(operation),
    ...(body ? { requestBody: requestBody(operation, body) } : {}),
    responses: { ...successes(operation), ...refusalResponses(operation) },
  };
}

function requestBody({ id, example }: Operation, body: z.ZodType): JsonSchema {
  const schema = { $ref: `#/components/schemas/${bodyName(id)}` };
  // Where nothing needs to be said, nothing needs to be sent.
  const required = !body.safeParse({}).success;
  return { required, content: { "application/json": { schema, ...(example ? { example } : {}) } } };
}

function successes({ idempotency, answers }: Operation): Record<string, JsonSchema> {
  return Object.fromEntries(
    answers.map(({ status, description, schema }) => [
      String(status),
      {
        description,
        headers: successHeaders(idempotency !== undefined),
        ...(schema ? { content: { "application/json": { schema: { $ref: refOf(schema) } } } } : {}),
      },
    ]),
  );
}

function refOf(schema: z.ZodType): string {
  const named = answerComponents.get(schema);
  if (!named) throw new Error("an answer of the API has no name in the document");
  return `#/components/schemas/${named.id}`;
}

function bodyComponents() {
  const registry = z.registry<{ id: string }>();
  for (const { id, body } of OPERATIONS) if (body) registry.add(body, { id: bodyName(id) });
  return registry;
}

/** `createPayment` takes a `CreatePayment`. */
function bodyName(operationId: string): string {
  return operationId.charAt(0).toUpperCase() + operationId.slice(1);
}

const SIGNED = { apiKey: [], timestamp: [], nonce: [], signature: [] };
const header = (name: string, description: string) => ({ type: "apiKey", in: "header", name, description });

const SECURITY_SCHEMES = {
  apiKey: header("X-Api-Key", "The key's id, `key_test_…` or `key_live_…`."),
  timestamp: header("X-Timestamp", "Unix seconds, digits only, at most 300 s off."),
  nonce: header("X-Nonce", "16 to 64 of `A-Z a-z 0-9 - _`, never used before with this key."),
  signature: header(
    "X-Signature",
    "HMAC-SHA256, in lower-case hexadecimal, under the key's secret, over `METHOD`, `PATH` with its query, the timestamp, the nonce, the `Idempotency-Key` (empty if there is none) and the raw body (empty if there is none), with a line feed between each two and none at the end.",
  ),
};

const THIS_DOCUMENT = {
  operationId: "getOpenApiDocument",
  summary: "This document",
  security: [],
  responses: { 200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } } },
};
