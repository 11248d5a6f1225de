import { apiGet, apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { createCustomer, openCustomerAnswer } from "@/lib/customers/create-customer";
import { customerInput, customerListQuery } from "@/lib/customers/customer-input";
import { listedCustomerResource } from "@/lib/customers/customer-resource";
import { listCustomers } from "@/lib/customers/customer-store";
import { database } from "@/lib/database";
import { keyRing } from "@/lib/keys/key-ring";

export const POST = apiPost(
  { permission: "customers:write", policy: "tokenize", body: customerInput, idempotency: "accepted" },
  async ({ scope, context, body, idempotency }) =>
    createCustomer({ client: database(), ring: await keyRing() }, context, idempotency, scope, body),
  async (request) => openCustomerAnswer(await keyRing(), request),
);

export const GET = apiGet(
  { permission: "customers:read", policy: "get_transaction", query: customerListQuery },
  async ({ scope, query: { filter, page } }) => {
    const { rows, nextCursor } = await listCustomers(database().db, await keyRing(), scope, filter, page);
    return { data: rows.map(listedCustomerResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT };
