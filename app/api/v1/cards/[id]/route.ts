import { apiDelete, apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { cardResource } from "@/lib/vault/card-resource";
import { findCard } from "@/lib/vault/card-store";
import { deleteCard, noSuchCard } from "@/lib/vault/delete-card";

export const GET = apiGet({ permission: "cards:read", policy: "get_transaction" }, async ({ scope, params }) => {
  const id = parseId("tok", params.id);
  const card = id && (await findCard(database().db, scope, id));
  if (!card) throw noSuchCard();
  return cardResource(card);
});

export const DELETE = apiDelete({ permission: "cards:write", policy: "other" }, async ({ scope, context, params }) => {
  const id = parseId("tok", params.id);
  if (!id) throw noSuchCard();
  await deleteCard(database(), context, scope, id);
});

export { methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
