import { apiDelete, apiGet, apiPatch } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { changeCustomer, noSuchCustomer } from "@/lib/customers/change-customer";
import { customerChanges } from "@/lib/customers/customer-input";
import { customerResource } from "@/lib/customers/customer-resource";
import { findCustomer } from "@/lib/customers/customer-store";
import { eraseCustomer } from "@/lib/customers/erase-customer";
import { database } from "@/lib/database";
import { type CustomerId, parseId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";

export const GET = apiGet({ permission: "customers:read", policy: "get_transaction" }, async ({ scope, params }) => {
  const found = await findCustomer(database().db, await keyRing(), scope, idOf(params.id));
  if (!found) throw noSuchCustomer();
  return customerResource(found.customer);
});

export const PATCH = apiPatch(
  { permission: "customers:write", policy: "other", body: customerChanges },
  async ({ scope, context, params, body }) => {
    const services = { client: database(), ring: await keyRing() };
    return customerResource(await changeCustomer(services, context, scope, idOf(params.id), body));
  },
);

export const DELETE = apiDelete(
  { permission: "customers:write", policy: "other" },
  async ({ scope, context, params }) => eraseCustomer(database(), context, scope, idOf(params.id)),
);

/** Throws 404 for what is no customer's id. */
function idOf(text: string | string[] | undefined): CustomerId {
  const id = parseId("cus", text);
  if (!id) throw noSuchCustomer();
  return id;
}

export { methodNotAllowed as POST, methodNotAllowed as PUT };
