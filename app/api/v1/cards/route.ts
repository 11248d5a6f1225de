import { apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { cardInput } from "@/lib/vault/card-input";
import { tokenizeCard } from "@/lib/vault/tokenize-card";

export const POST = apiPost(
  { permission: "cards:write", policy: "tokenize", body: cardInput, idempotency: "accepted" },
  async ({ scope, context, body, idempotency }) =>
    tokenizeCard({ client: database(), ring: await keyRing() }, context, idempotency, { ...body, scope }),
);

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
