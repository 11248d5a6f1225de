import { apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { eventListQuery, listEvents } from "@/lib/events/list-events";

export const GET = apiGet(
  { permission: "events:read", policy: "get_transaction", query: eventListQuery },
  async ({ scope, query }) => listEvents(database().db, scope, query),
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
