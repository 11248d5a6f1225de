import { captureInput, refundInput, refundListQuery, voidInput } from "@/lib/payments/operation-input";
import { paymentInput, paymentListQuery } from "@/lib/payments/payment-input";
import { listOf, paymentAnswer, refundAnswer } from "../answers";
import type { Operation } from "../operation";

const TAG = "Payments";
const NOT_KNOWN_YET =
  "The acquirer's answer is not known yet. It is asked until it is; read the payment again, or wait for the event.";
const list = { permission: "payments:read", policy: "get_transaction" } as const;
const holdMove = { permission: "payments:write", policy: "create_payment", idempotency: "required" } as const;
const holdAnswers = (done: string) =>
  [
    { status: 200, description: done, schema: paymentAnswer },
    { status: 202, description: NOT_KNOWN_YET, schema: paymentAnswer },
  ] as const;

export const paymentOperations: readonly Operation[] = [
  {
    ...{ id: "createPayment", method: "POST", path: "/payments", tag: TAG, summary: "Take a payment" },
    description:
      "Charges a card, at most once for each idempotency key. A payment that the bank declines is answered 201 too, with the status `failed`.",
    ...{ permission: "payments:write", policy: "create_payment", body: paymentInput, idempotency: "required" },
    answers: [
      { status: 201, description: "The payment: `captured`, `authorized` or `failed`.", schema: paymentAnswer },
      { status: 202, description: `The payment is \`pending\`. ${NOT_KNOWN_YET}`, schema: paymentAnswer },
    ],
    errors: [
      ...(["amount_invalid", "amount_precision", "currency_unsupported", "card_not_found"] as const),
      ...(["cvc_invalid", "customer_not_found", "card_number_in_text", "reference_taken"] as const),
    ],
    example: { amount: "1499.00", currency: "INR", card: "tok_3q5h8x2m9k7c4v1d6f0g2j8n4p", reference: "order-1001" },
  },
  {
    ...{ id: "listPayments", method: "GET", path: "/payments", tag: TAG, summary: "List payments" },
    description: "Stays what it is while payments arrive. Every filter narrows it further.",
    ...{ ...list, query: paymentListQuery },
    answers: [{ status: 200, description: "One page, newest first.", schema: listOf(paymentAnswer, "PaymentList") }],
    errors: ["currency_unsupported"],
  },
  {
    ...{ id: "getPayment", method: "GET", path: "/payments/{id}", tag: TAG, summary: "Get a payment" },
    ...list,
    answers: [{ status: 200, description: "The payment as it is now.", schema: paymentAnswer }],
  },
  {
    ...{ id: "capturePayment", method: "POST", path: "/payments/{id}/capture", tag: TAG, summary: "Capture a payment" },
    description: "Takes what is held, or a part of it, once. The rest is released.",
    ...{ ...holdMove, body: captureInput },
    answers: holdAnswers("The payment, captured."),
    errors: ["invalid_state", "amount_invalid", "amount_precision", "amount_exceeds_authorized"],
    example: { amount: "1000.00" },
  },
  {
    ...{ id: "voidPayment", method: "POST", path: "/payments/{id}/void", tag: TAG, summary: "Void a payment" },
    description: "Releases what is held. Only an authorised payment can be voided; a captured one is refunded.",
    ...{ ...holdMove, body: voidInput },
    answers: holdAnswers("The payment, voided."),
    errors: ["invalid_state"],
  },
  {
    ...{
      id: "createRefund",
      method: "POST",
      path: "/payments/{id}/refunds",
      tag: "Refunds",
      summary: "Refund a payment",
    },
    description:
      "Gives back some or all of what was taken. Any number of refunds at once never gives back more than that. The answer's `status` may be `pending` or `failed`.",
    ...{ permission: "refunds:write", policy: "refund", body: refundInput, idempotency: "required" },
    answers: [{ status: 201, description: "The refund.", schema: refundAnswer }],
    errors: [
      ...(["invalid_state", "amount_invalid", "amount_precision"] as const),
      ...(["amount_exceeds_refundable", "money_out_frozen", "card_number_in_text"] as const),
    ],
    example: { amount: "499.00", reason: "One of three was broken" },
  },
  {
    ...{ id: "listRefunds", method: "GET", path: "/payments/{id}/refunds", tag: "Refunds", summary: "List refunds" },
    ...{ ...list, query: refundListQuery },
    answers: [{ status: 200, description: "The payment's refunds.", schema: listOf(refundAnswer, "RefundList") }],
  },
  {
    ...{ id: "getRefund", method: "GET", path: "/refunds/{id}", tag: "Refunds", summary: "Get a refund" },
    ...list,
    answers: [{ status: 200, description: "The refund as it is now.", schema: refundAnswer }],
  },
];
