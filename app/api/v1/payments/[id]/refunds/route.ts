import { apiGet, apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { refundInput, refundListQuery } from "@/lib/payments/operation-input";
import { paymentServices } from "@/lib/payments/payment-services";
import { findPayment } from "@/lib/payments/payment-store";
import { refundPayment } from "@/lib/payments/refund-payment";
import { refundResource } from "@/lib/payments/refund-resource";
import { listRefundsOf } from "@/lib/payments/refund-store";
import { noSuchPayment } from "@/lib/payments/refusals";

export const POST = apiPost(
  { permission: "refunds:write", policy: "refund", body: refundInput, idempotency: "required" },
  async ({ context, params, body, idempotency }) => {
    const paymentId = parseId("pay", params.id);
    if (!paymentId) throw noSuchPayment();
    return refundPayment(await paymentServices(), context, idempotency, { paymentId, ...body });
  },
);

export const GET = apiGet(
  { permission: "payments:read", policy: "get_transaction", query: refundListQuery },
  async ({ scope, params, query }) => {
    const { db } = database();
    const id = parseId("pay", params.id);
    const payment = id && (await findPayment(db, scope, id));
    if (!payment) throw noSuchPayment();
    const { rows, nextCursor } = await listRefundsOf(db, payment, query);
    return { data: rows.map(refundResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT };
