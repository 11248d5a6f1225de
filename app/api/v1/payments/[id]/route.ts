import { apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { paymentResource } from "@/lib/payments/payment-resource";
import { findPayment } from "@/lib/payments/payment-store";
import { noSuchPayment } from "@/lib/payments/refusals";

export const GET = apiGet({ permission: "payments:read", policy: "get_transaction" }, async ({ scope, params }) => {
  const id = parseId("pay", params.id);
  const payment = id && (await findPayment(database().db, scope, id));
  if (!payment) throw noSuchPayment();
  return paymentResource(payment);
});

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
