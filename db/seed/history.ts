import { randomBytes, randomInt } from "node:crypto";
import type { payments, refunds } from "@/db/schema";
import { type CardId, type CustomerId, type MerchantId, newId } from "@/lib/ids/id";
import { type Currency, exponentOf, parseCurrency } from "@/lib/money/currency";
import type { CardBrand } from "@/lib/sensitive/card-issuers";

export type SeedPayment = typeof payments.$inferInsert;
export type SeedRefund = typeof refunds.$inferInsert;
export type SeedCard = Readonly<{
  id: CardId;
  customerId: CustomerId | null;
  brand: CardBrand;
  lastFour: string;
  expMonth: number;
  expYear: number;
}>;

export const HISTORY_DAYS = 90;
export const HISTORY_PAYMENTS = 5200;
const DAY_MS = 86_400_000;

/** How much of the history each currency has, and its usual price in major units. */
const CURRENCY_MIX = [
  { code: "INR", share: 62, price: 1400 },
  { code: "USD", share: 20, price: 38 },
  { code: "JPY", share: 12, price: 5200 },
  { code: "KWD", share: 6, price: 11 },
] as const;

const DECLINES = [
  { code: "insufficient_funds", share: 46, message: "The card has too little money for this payment." },
  { code: "card_declined", share: 34, message: "The card was declined." },
  { code: "expired_card", share: 10, message: "The card has expired." },
  { code: "incorrect_cvc", share: 7, message: "The security code is not right." },
  { code: "processing_error", share: 3, message: "The acquirer could not process the card." },
] as const;

const OUTCOMES = [
  { outcome: "captured", share: 868 },
  { outcome: "failed", share: 62 },
  { outcome: "refunded", share: 32 },
  { outcome: "partially_refunded", share: 18 },
  { outcome: "authorized", share: 12 },
  { outcome: "voided", share: 8 },
] as const;

const GOODS = [
  "Spice box",
  "Tea sampler",
  "Gift card",
  "Cooking class",
  "Saffron, 2 g",
  "Brass tiffin",
  "Monthly box",
  "Pantry set",
];

/** Ninety days of a shop's payments, oldest first, with the refunds that belong to them. */
export function makeHistory(merchantId: MerchantId, cards: readonly SeedCard[], now: Date) {
  const times = Array.from({ length: HISTORY_PAYMENTS }, () => paymentTime(now)).sort(
    (a, b) => a.getTime() - b.getTime(),
  );
  const made = times.map((time, index) => makePayment(merchantId, pick(cards), time, index, now));
  return { payments: made.map(({ payment }) => payment), refunds: made.flatMap(({ refund }) => refund) };
}

/** More of them lately than at first, fewer on Sundays, most in the evening. */
function paymentTime(now: Date): Date {
  for (;;) {
    const age = randomInt(60_000, HISTORY_DAYS * DAY_MS);
    const time = new Date(now.getTime() - age);
    const growth = 1 - (age / (HISTORY_DAYS * DAY_MS)) * 0.45;
    const weekday = time.getUTCDay() === 0 ? 0.55 : time.getUTCDay() === 5 ? 1 : 0.85;
    // India's evening is the afternoon in UTC.
    const hour = 0.25 + 0.75 * Math.max(0, Math.cos(((time.getUTCHours() - 13.5) / 12) * Math.PI));
    if (randomInt(1_000_000) / 1_000_000 < growth * weekday * hour) return time;
  }
}

function makePayment(merchantId: MerchantId, card: SeedCard, time: Date, index: number, now: Date) {
  const { code, price } = pickShare(CURRENCY_MIX);
  const currency = parseCurrency(code);
  if (!currency) throw new Error(`${code} is not a currency`);
  const amountMinor = priceOf(currency, price);
  const isFresh = now.getTime() - time.getTime() < 7 * DAY_MS;
  const drawn = pickShare(OUTCOMES).outcome;
  // A hold is released within a week: an older one was taken or let go.
  const status = drawn === "authorized" && !isFresh ? "voided" : drawn;
  const takes = status === "captured" || status === "refunded" || status === "partially_refunded";
  const refundedMinor =
    status === "refunded" ? amountMinor : status === "partially_refunded" ? amountMinor / 3n + 1n : 0n;
  const decline = status === "failed" ? pickShare(DECLINES) : null;
  const payment = {
    id: newId("pay"),
    merchantId,
    mode: "test",
    status,
    currency,
    amountMinor,
    capturedMinor: takes ? amountMinor : 0n,
    refundedMinor,
    capture: status !== "authorized" && status !== "voided",
    cardId: card.id,
    customerId: card.customerId,
    cardBrand: card.brand,
    cardLastFour: card.lastFour,
    cardExpMonth: card.expMonth,
    cardExpYear: card.expYear,
    reference: `order-${10_001 + index}`,
    description: pick(GOODS),
    metadata: { channel: pick(["web", "app", "shop"]) },
    failureCode: decline?.code ?? null,
    failureMessage: decline?.message ?? null,
    gatewayReference: `ch_${randomBytes(12).toString("hex")}`,
    gateway: "sandbox",
    createdAt: time,
    updatedAt: time,
  } satisfies SeedPayment;
  return { payment, refund: refundedMinor > 0n ? [makeRefund(payment, refundedMinor, now)] : [] };
}

function makeRefund(payment: SeedPayment & { createdAt: Date }, amountMinor: bigint, now: Date): SeedRefund {
  const at = new Date(Math.min(payment.createdAt.getTime() + randomInt(3_600_000, 5 * DAY_MS), now.getTime() - 30_000));
  return {
    id: newId("ref"),
    merchantId: payment.merchantId,
    mode: payment.mode,
    paymentId: payment.id,
    amountMinor,
    status: "succeeded",
    reason: pick(["Returned", "Damaged on arrival", "Ordered twice", null]),
    gateway: "sandbox",
    createdAt: at,
    updatedAt: at,
  };
}

/** About the usual price, from a quarter to four times of it. */
function priceOf(currency: Currency, price: number): bigint {
  const major = price * 4 ** (randomInt(-1000, 1001) / 1000);
  return BigInt(Math.max(1, Math.round(major * 10 ** exponentOf(currency))));
}

function pick<T>(from: readonly T[]): T {
  const picked = from[randomInt(from.length)];
  if (picked === undefined) throw new Error("nothing to pick from");
  return picked;
}

function pickShare<T extends { share: number }>(from: readonly T[]): T {
  let left = randomInt(from.reduce((sum, { share }) => sum + share, 0));
  const picked = from.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  if (!picked) throw new Error("the shares do not add up");
  return picked;
}
