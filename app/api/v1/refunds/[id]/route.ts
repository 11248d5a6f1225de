import { apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors/app-error";
import { parseId } from "@/lib/ids/id";
import { refundResource } from "@/lib/payments/refund-resource";
import { findRefund } from "@/lib/payments/refund-store";

export const GET = apiGet({ permission: "payments:read", policy: "get_transaction" }, async ({ scope, params }) => {
  const id = parseId("ref", params.id);
  const refund = id && (await findRefund(database().db, scope, id));
  if (!refund) throw new AppError("not_found", "There is no such refund.");
  return refundResource(refund);
});

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
