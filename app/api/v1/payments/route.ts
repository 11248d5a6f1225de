import { apiGet, apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { createPayment } from "@/lib/payments/create-payment";
import { paymentInput, paymentListQuery } from "@/lib/payments/payment-input";
import { listPayments } from "@/lib/payments/payment-list-store";
import { paymentResource } from "@/lib/payments/payment-resource";
import { paymentServices } from "@/lib/payments/payment-services";

export const POST = apiPost(
  { permission: "payments:write", policy: "create_payment", body: paymentInput, idempotency: "required" },
  async ({ scope, context, body, idempotency }) =>
    createPayment(await paymentServices(), context, idempotency, { ...body, scope }),
);

export const GET = apiGet(
  { permission: "payments:read", policy: "get_transaction", query: paymentListQuery },
  async ({ scope, query: { filter, page } }) => {
    const { payments, nextCursor } = await listPayments(database().db, scope, filter, page);
    return { data: payments.map(paymentResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT };
