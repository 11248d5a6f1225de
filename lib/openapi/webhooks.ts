import { EVENT_TYPES } from "@/lib/events/event-store";
import type { JsonSchema } from "./json-schema";

const SIGNATURE_HEADERS = [
  ["webhook-id", "The event's id, the same on every try: by it you know what you have had already."],
  ["webhook-timestamp", "When this try was made, in Unix seconds."],
  [
    "webhook-signature",
    "`v1,` and a base64 HMAC-SHA256; two of them, with a space between, while the secret is rotated.",
  ],
] as const;

/** What we send: one webhook for each type of event, signed as Standard Webhooks has it. */
export function eventWebhooks(): Record<string, JsonSchema> {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: webhook(type) }]));
}

function webhook(type: string): JsonSchema {
  return {
    operationId: `on_${type.replace(".", "_")}`,
    summary: type,
    security: [],
    parameters: SIGNATURE_HEADERS.map(([name, description]) => ({
      name,
      in: "header",
      required: true,
      description,
      schema: { type: "string" },
    })),
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { allOf: [{ $ref: "#/components/schemas/Event" }, { properties: { type: { const: type } } }] },
        },
      },
    },
    responses: {
      "2XX": {
        description: "Any 2xx says that you have it. Anything else, or none within 10 s, and it is sent again.",
      },
    },
  };
}
