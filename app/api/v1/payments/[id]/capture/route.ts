import { apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { parseId } from "@/lib/ids/id";
import { operateOnHold } from "@/lib/payments/operate-on-hold";
import { captureInput } from "@/lib/payments/operation-input";
import { paymentServices } from "@/lib/payments/payment-services";
import { noSuchPayment } from "@/lib/payments/refusals";

export const POST = apiPost(
  { permission: "payments:write", policy: "create_payment", body: captureInput, idempotency: "required" },
  async ({ context, params, body: { amount }, idempotency }) => {
    const paymentId = parseId("pay", params.id);
    if (!paymentId) throw noSuchPayment();
    return operateOnHold(await paymentServices(), context, idempotency, { type: "capture", paymentId, amount });
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
