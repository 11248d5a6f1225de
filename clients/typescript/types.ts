// Generated from the OpenAPI document by `npm run openapi-types`. A test keeps it up to date.

export type Card = {
  /** The token: send it as `card` of a payment. */
  id: string;
  object: "card";
  brand: "visa" | "mastercard" | "amex" | "rupay" | "discover" | "diners" | "jcb" | "unionpay" | "maestro" | "unknown";
  /** The last four digits. */
  last4: string;
  exp_month: number;
  exp_year: number;
  /** The same for the same number, whatever its expiry. It differs between merchants. */
  fingerprint: string | null;
  customer: string | null;
  /** Your earlier card with the same number. */
  duplicate_of: string | null;
  /** Test and live data never meet. */
  mode: "test" | "live";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
};

export type CardList = {
  data: (Card)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type Customer = {
  id: string;
  object: "customer";
  /** Null only in a list, where the customer's key cannot be opened now. */
  name: string | null;
  email: string | null;
  /** Masked. */
  phone: string | null;
  /** Masked. */
  tax_id: string | null;
  /** Your own names and values. */
  metadata: Record<string, string>;
  /** Test and live data never meet. */
  mode: "test" | "live";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  /** RFC 3339, in UTC, with milliseconds. */
  updated_at: string;
};

export type CustomerList = {
  data: (Customer)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type Event = {
  id: string;
  type: "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  data: Payment;
} | {
  id: string;
  type: "refund.succeeded" | "refund.failed";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  data: Refund;
} | {
  id: string;
  type: "card.created" | "card.deleted";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  data: Card;
} | {
  id: string;
  type: "customer.erased";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  data: {
    id: string;
  };
};

export type EventList = {
  data: (Event)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type Payment = {
  id: string;
  object: "payment";
  /** `pending` means that the acquirer's answer is not known yet. It is neither success nor failure. */
  status: "pending" | "authorized" | "captured" | "partially_refunded" | "refunded" | "voided" | "failed";
  /** In major units, with the decimals that the currency has. */
  amount: string;
  /** What has been taken. */
  amount_captured: string;
  /** What has been given back; refunds under way are not in it. */
  amount_refunded: string;
  /** ISO 4217. */
  currency: string;
  card: {
    id: string;
    brand: "visa" | "mastercard" | "amex" | "rupay" | "discover" | "diners" | "jcb" | "unionpay" | "maestro" | "unknown";
    /** The last four digits. */
    last4: string;
    exp_month: number;
    exp_year: number;
  };
  customer: string | null;
  reference: string | null;
  description: string | null;
  /** Your own names and values. */
  metadata: Record<string, string>;
  /** Why the acquirer said no, where the status is `failed`. */
  failure: {
    code: "card_declined" | "insufficient_funds" | "expired_card" | "incorrect_cvc" | "processing_error";
    /** For the person who pays: what happened, and what to do. */
    message: string;
  } | null;
  /** A capture or void whose outcome is not known yet; the status changes once it is. */
  pending_operation: {
    type: "capture" | "void";
    amount: string | null;
  } | null;
  /** The acquirer's own name for it. */
  gateway_reference: string | null;
  /** Test and live data never meet. */
  mode: "test" | "live";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  /** RFC 3339, in UTC, with milliseconds. */
  updated_at: string;
};

export type PaymentList = {
  data: (Payment)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type Problem = {
  /** Where the code is explained, relative to this server. */
  type: string;
  title: string;
  status: number;
  /** What is wrong with this call, and what to do. */
  detail: string;
  /** What to program against: codes do not change, texts may. */
  code: "malformed_body" | "idempotency_key_missing" | "idempotency_key_invalid" | "cursor_invalid" | "signature_missing" | "signature_malformed" | "api_key_invalid" | "timestamp_out_of_range" | "signature_invalid" | "nonce_replayed" | "unauthenticated" | "permission_denied" | "money_out_frozen" | "origin_refused" | "not_found" | "method_not_allowed" | "invalid_state" | "reference_taken" | "webhook_endpoints_full" | "idempotency_key_in_use" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "idempotency_key_reused" | "field_unknown" | "field_missing" | "field_invalid" | "amount_invalid" | "amount_precision" | "amount_exceeds_authorized" | "amount_exceeds_refundable" | "currency_unsupported" | "callback_refused" | "card_not_found" | "customer_not_found" | "card_number_invalid" | "card_number_in_text" | "card_expired" | "cvc_invalid" | "webhook_url_refused" | "rate_limited" | "internal_error" | "service_unavailable";
  /** The same as in `X-Request-Id`. Tell us when you ask about a call. */
  request_id: string;
  /** With 422: each field that is wrong, by its JSON pointer (RFC 6901). */
  errors?: ({
    pointer: string;
    code: "malformed_body" | "idempotency_key_missing" | "idempotency_key_invalid" | "cursor_invalid" | "signature_missing" | "signature_malformed" | "api_key_invalid" | "timestamp_out_of_range" | "signature_invalid" | "nonce_replayed" | "unauthenticated" | "permission_denied" | "money_out_frozen" | "origin_refused" | "not_found" | "method_not_allowed" | "invalid_state" | "reference_taken" | "webhook_endpoints_full" | "idempotency_key_in_use" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "idempotency_key_reused" | "field_unknown" | "field_missing" | "field_invalid" | "amount_invalid" | "amount_precision" | "amount_exceeds_authorized" | "amount_exceeds_refundable" | "currency_unsupported" | "callback_refused" | "card_not_found" | "customer_not_found" | "card_number_invalid" | "card_number_in_text" | "card_expired" | "cvc_invalid" | "webhook_url_refused" | "rate_limited" | "internal_error" | "service_unavailable";
    detail: string;
  })[];
  /** With `signature_invalid` and a test key: what was signed here, see the guide on signing. */
  signed_string?: string;
  /** Where the `X-Signed-String` of the call begins to differ from it; null where it does not. */
  first_difference?: {
    part: "method" | "path" | "timestamp" | "nonce" | "idempotency_key" | "body";
    /** In bytes, from the beginning of the part. */
    offset: number;
    expected: string;
    got: string;
  } | null;
};

export type Refund = {
  id: string;
  object: "refund";
  payment: string;
  /** What is given back. */
  amount: string;
  /** ISO 4217. */
  currency: string;
  /** `pending` until the acquirer's answer is known; `failed` gave nothing back. */
  status: "succeeded" | "pending" | "failed";
  reason: string | null;
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
};

export type RefundList = {
  data: (Refund)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type WebhookDelivery = {
  id: string;
  object: "webhook_delivery";
  endpoint: string;
  event: string;
  event_type: "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided" | "refund.succeeded" | "refund.failed" | "card.created" | "card.deleted" | "customer.erased";
  /** Sent once more because somebody asked for it. */
  replayed: boolean;
  status: "pending" | "delivered" | "failed";
  attempts: ({
    number: number;
    /** What your server answered. */
    status_code: number | null;
    /** Why there is no answer, such as `timeout`. */
    error: string | null;
    latency_ms: number | null;
    /** RFC 3339, in UTC, with milliseconds. */
    started_at: string;
    ended_at: string | null;
  })[];
  next_attempt_at: string | null;
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  ended_at: string | null;
};

export type WebhookDeliveryList = {
  data: (WebhookDelivery)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type WebhookEndpoint = {
  id: string;
  object: "webhook_endpoint";
  url: string;
  events: ("*" | "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided" | "refund.succeeded" | "refund.failed" | "card.created" | "card.deleted" | "customer.erased")[];
  /** `disabled` by itself once nothing has arrived there for five days; a person enables it again. */
  status: "enabled" | "disabled";
  disabled_at: string | null;
  /** While the secret is being rotated: until when the one before signs too. */
  previous_secret_until: string | null;
  mode: "test" | "live";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
};

export type WebhookEndpointList = {
  data: (WebhookEndpoint)[];
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
};

export type WebhookEndpointWithSecret = {
  id: string;
  object: "webhook_endpoint";
  url: string;
  events: ("*" | "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided" | "refund.succeeded" | "refund.failed" | "card.created" | "card.deleted" | "customer.erased")[];
  /** `disabled` by itself once nothing has arrived there for five days; a person enables it again. */
  status: "enabled" | "disabled";
  disabled_at: string | null;
  /** While the secret is being rotated: until when the one before signs too. */
  previous_secret_until: string | null;
  mode: "test" | "live";
  /** RFC 3339, in UTC, with milliseconds. */
  created_at: string;
  /** Shown this once. Every webhook is signed with it. */
  secret: string;
};

export type CapturePayment = {
  /** At most what is held; the rest is released. Left out: all of it. */
  amount?: string;
};

export type ChangeCustomer = {
  name?: string;
  /** An email address. */
  email?: string;
  phone?: string | null;
  tax_id?: string | null;
  /** Your own names and values. */
  metadata?: Record<string, string> | null;
};

export type CreateCard = {
  /** 12 to 19 digits; single spaces or dashes between them are fine. No answer ever holds it. */
  number: string;
  exp_month: number;
  exp_year: number;
  /** 4 digits for American Express, else 3. It is checked for its shape and not kept: send it with the payment too. */
  cvc?: string | null;
  /** The id of the customer whose card it is. */
  customer?: string | null;
};

export type CreateCustomer = {
  name: string;
  /** An email address. */
  email: string;
  phone?: string | null;
  tax_id?: string | null;
  /** Your own names and values. */
  metadata?: Record<string, string> | null;
};

export type CreatePayment = {
  /** In major units, above zero, with at most the decimals that the currency has. */
  amount: string;
  /** ISO 4217, in any case. */
  currency: string;
  /** The token of a card, from `POST /cards`. */
  card: string;
  /** The security code, for this one payment. It is not kept. */
  cvc?: string | null;
  /** The id of one of your customers. */
  customer?: string | null;
  /** Your own name for what is paid. Of all payments with it, one at most is ever taken. */
  reference?: string | null;
  /** For people: what is paid. */
  description?: string | null;
  /** Your own names and values. */
  metadata?: Record<string, string> | null;
  /** False only holds the amount, to be captured or voided later. */
  capture?: boolean;
};

export type CreateRefund = {
  /** At most what is left to give back. Left out: all of that. */
  amount?: string;
  /** For people: why it is given back. */
  reason?: string | null;
};

export type CreateWebhookEndpoint = {
  /** Where to, as the URL standard (WHATWG) reads it. It must be reachable from the Internet; redirects are not followed. */
  url: string;
  /** Which types of events; `*` is every one, also those to come. */
  events: ("*" | "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided" | "refund.succeeded" | "refund.failed" | "card.created" | "card.deleted" | "customer.erased")[];
};

export type RetryWebhookDelivery = Record<string, never>;

export type RotateWebhookSecret = Record<string, never>;

export type VoidPayment = Record<string, never>;

export type Queries = {
  listCards: {
    /** Of this customer. */
    customer?: string;
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
  listPayments: {
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
    status?: "pending" | "authorized" | "captured" | "partially_refunded" | "refunded" | "voided" | "failed";
    /** ISO 4217, in any case. */
    currency?: string;
    /** Exactly this reference. */
    reference?: string;
    /** Of this customer. */
    customer?: string;
    /** With this card. */
    card?: string;
    /** From this time on; RFC 3339, with any offset. */
    created_from?: string;
    /** Up to this time. */
    created_to?: string;
    /** At least this, in major units, in whatever currency. */
    amount_min?: string;
    /** At most this. */
    amount_max?: string;
  };
  listRefunds: {
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
  listCustomers: {
    /** Exactly this address. */
    email?: string;
    /** Exactly this number, in E.164. */
    phone?: string;
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
  listEvents: {
    type?: "payment.authorized" | "payment.captured" | "payment.failed" | "payment.voided" | "refund.succeeded" | "refund.failed" | "card.created" | "card.deleted" | "customer.erased";
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
  listWebhookEndpoints: {
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
  listWebhookDeliveries: {
    /** How many at most. */
    limit?: number;
    /** `next_cursor` of the page before. */
    cursor?: string;
  };
};
