import { randomBytes } from "node:crypto";

/**
 * What a stand-in for Stripe keeps, and how its objects change: after docs.stripe.com/api and the types of the package, as
 * far as we use it. It moves no money and knows no card but the published test numbers.
 */
export type Params = Readonly<Record<string, string>>;

export type Answer = Readonly<{ status: number; body: object; replayed?: boolean }>;

export type StoredIntent = {
  id: string;
  object: "payment_intent";
  amount: number;
  amount_received: number;
  amount_capturable: number;
  currency: string;
  status: string;
  capture_method: string;
  created: number;
  metadata: Record<string, string>;
  cancellation_reason: string | null;
  last_payment_error: { type: string; code: string; decline_code?: string; message: string } | null;
  payment_method: string | null;
  livemode: false;
};

export type StoredRefund = {
  id: string;
  object: "refund";
  amount: number;
  currency: string;
  status: string;
  payment_intent: string;
  metadata: Record<string, string>;
  created: number;
};

export type Books = {
  now: () => number;
  intents: Map<string, StoredIntent>;
  refunds: Map<string, StoredRefund>;
  cards: Map<string, string>;
  /** Whether the account may send card numbers. */
  takesCardNumbers: boolean;
  /** What a new refund is at first. */
  refundsBegin: string;
};

export function openBooks(): Books {
  const books: Books = {
    now: () => Math.floor(Date.now() / 1000),
    intents: new Map(),
    refunds: new Map(),
    cards: new Map(),
    takesCardNumbers: true,
    refundsBegin: "succeeded",
  };
  return books;
}

const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;

export const ok = (body: object): Answer => ({ status: 200, body: structuredClone(body) });

export function failure(status: number, error: Readonly<Record<string, unknown>>): Answer {
  return { status, body: { error: { message: "Words for people.", ...error } } };
}

const invalid = (details: Readonly<Record<string, unknown>>) =>
  failure(400, { type: "invalid_request_error", ...details });
const missing = (param: string) => failure(404, { type: "invalid_request_error", code: "resource_missing", param });
const unexpected = (intent: StoredIntent) =>
  invalid({ code: "payment_intent_unexpected_state", payment_intent: structuredClone(intent) });

/** https://docs.stripe.com/testing#declined-payments: code, and the issuer's reason. */
const DECLINES: ReadonlyMap<string, readonly [code: string, reason: string | null]> = new Map([
  ["4000000000000002", ["card_declined", "generic_decline"]],
  ["4000000000009995", ["card_declined", "insufficient_funds"]],
  ["4000000000000069", ["expired_card", null]],
  ["4000000000000127", ["incorrect_cvc", null]],
  ["4000000000000119", ["processing_error", null]],
  // Ours: declined the first time, approved the next.
  ["4000000000000341", ["card_declined", "try_again_later"]],
  ["4000002760003184", ["authentication_required", "authentication_required"]],
]);

const CURRENCIES = new Set("inr usd eur jpy kwd isk ugx mga gbp".split(" "));

export function metadataOf(params: Params): Record<string, string> {
  const entries = Object.entries(params).flatMap(([name, value]) => {
    const [, key] = /^metadata\[(.+)\]$/.exec(name) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

export function createIntent(books: Books, params: Params): Answer {
  const amount = Number(params.amount);
  if (!CURRENCIES.has(params.currency ?? "")) return invalid({ param: "currency" });
  if (amount > 99_999_999) return invalid({ code: "amount_too_large", param: "amount" });
  if (amount < 50) return invalid({ code: "amount_too_small", param: "amount" });
  if (params["allowed_payment_method_types[0]"] !== "card") return invalid({ param: "allowed_payment_method_types" });
  const intent: StoredIntent = {
    id: newId("pi"),
    object: "payment_intent",
    ...{ amount, amount_received: 0, amount_capturable: 0, currency: params.currency ?? "" },
    ...{ status: "requires_payment_method", capture_method: params.capture_method ?? "automatic_async" },
    ...{ created: books.now(), metadata: metadataOf(params), cancellation_reason: null, last_payment_error: null },
    ...{ payment_method: null, livemode: false },
  };
  books.intents.set(intent.id, intent);
  return ok(intent);
}

export function createCard(books: Books, params: Params): Answer {
  const number = params["card[number]"] ?? "";
  if (!books.takesCardNumbers) return failure(402, { type: "invalid_request_error", message: "Unsafe." });
  if (number === "4242424242424241") return failure(402, { type: "card_error", code: "incorrect_number" });
  const id = newId("pm");
  books.cards.set(id, number);
  return ok({ id, object: "payment_method", type: "card", card: { last4: number.slice(-4) } });
}

export function confirmIntent(books: Books, id: string, params: Params): Answer {
  const intent = books.intents.get(id);
  const number = books.cards.get(params.payment_method ?? "");
  if (intent === undefined) return missing("intent");
  if (number === undefined) return missing("payment_method");
  if (!["requires_payment_method", "requires_confirmation"].includes(intent.status)) return unexpected(intent);
  const [code, reason] = DECLINES.get(number) ?? [];
  const isAgain = number === "4000000000000341" && intent.last_payment_error !== null;
  if (code !== undefined && !isAgain) {
    const error = { type: "card_error", code, ...(reason ? { decline_code: reason } : {}), message: "Declined." };
    Object.assign(intent, { status: "requires_payment_method", last_payment_error: error });
    return failure(402, { ...error, payment_intent: structuredClone(intent) });
  }
  if (number === "4000000000000077") Object.assign(intent, { status: "processing" });
  else if (intent.capture_method === "manual") {
    Object.assign(intent, { status: "requires_capture", amount_capturable: intent.amount });
  } else Object.assign(intent, { status: "succeeded", amount_received: intent.amount });
  return ok(Object.assign(intent, { payment_method: params.payment_method, last_payment_error: null }));
}

export function captureIntent(books: Books, id: string, params: Params): Answer {
  const intent = books.intents.get(id);
  if (intent === undefined) return missing("intent");
  if (intent.status !== "requires_capture") return unexpected(intent);
  const amount = Number(params.amount_to_capture ?? intent.amount);
  if (amount > intent.amount_capturable) return invalid({ code: "amount_too_large", param: "amount_to_capture" });
  const metadata = { ...intent.metadata, ...metadataOf(params) };
  return ok(Object.assign(intent, { status: "succeeded", amount_received: amount, amount_capturable: 0, metadata }));
}

export function cancelIntent(books: Books, id: string): Answer {
  const intent = books.intents.get(id);
  if (intent === undefined) return missing("intent");
  if (["succeeded", "canceled", "processing"].includes(intent.status)) return unexpected(intent);
  return ok(Object.assign(intent, { status: "canceled", amount_capturable: 0 }));
}

export function createRefund(books: Books, params: Params): Answer {
  const intent = books.intents.get(params.payment_intent ?? "");
  if (intent === undefined) return missing("payment_intent");
  if (intent.status !== "succeeded") return unexpected(intent);
  const amount = Number(params.amount);
  const given = [...books.refunds.values()]
    .filter((refund) => refund.payment_intent === intent.id && !["failed", "canceled"].includes(refund.status))
    .reduce((sum, refund) => sum + refund.amount, 0);
  if (given === intent.amount_received) return invalid({ code: "charge_already_refunded" });
  if (given + amount > intent.amount_received) return invalid({ param: "amount" });
  const refund: StoredRefund = {
    id: newId("re"),
    object: "refund",
    ...{ amount, currency: intent.currency, status: books.refundsBegin, payment_intent: intent.id },
    ...{ metadata: metadataOf(params), created: books.now() },
  };
  books.refunds.set(refund.id, refund);
  return ok(refund);
}

export const findIntent = (books: Books, id: string): Answer => {
  const intent = books.intents.get(id);
  return intent === undefined ? missing("intent") : ok(intent);
};

/** Newest first, in pages. */
export function listOf(all: readonly { id: string; created: number }[], query: URLSearchParams): Answer {
  const from = Number(query.get("created[gte]") ?? 0);
  const newestFirst = all.filter(({ created }) => created >= from).reverse();
  const after = query.get("starting_after");
  const start = after === null ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get("limit") ?? 10);
  const data = newestFirst.slice(start, start + limit);
  return ok({ object: "list", data, has_more: start + limit < newestFirst.length, url: "/v1/list" });
}
