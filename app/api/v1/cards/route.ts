import { apiGet, apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { parseInput } from "@/lib/boundary/parse-input";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";
import { cardInput, cardListQuery, checkedCard } from "@/lib/vault/card-input";
import { cardResource } from "@/lib/vault/card-resource";
import { listCards } from "@/lib/vault/card-store";
import { tokenizeCard } from "@/lib/vault/tokenize-card";

export const POST = apiPost(
  { permission: "cards:write", policy: "tokenize", body: cardInput, idempotency: "accepted" },
  async ({ scope, context, calledAt, body, idempotency }) => {
    const card = { ...parseInput(checkedCard(calledAt), body), scope };
    return tokenizeCard({ client: database(), ring: await keyRing() }, context, idempotency, card);
  },
);

export const GET = apiGet(
  { permission: "cards:read", policy: "get_transaction", query: cardListQuery },
  async ({ scope, query: { filter, page } }) => {
    const { rows, nextCursor } = await listCards(database().db, scope, filter, page);
    return { data: rows.map(cardResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT };
