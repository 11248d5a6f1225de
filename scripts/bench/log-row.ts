import pino from "pino";
import { createLogger } from "@/lib/logging/logger";
import { compare } from "./compare";
import { rateOf } from "./rate";
import type { Row } from "./row";

const ROUND_MS = 500;
const REDACTED = [
  "headers.authorization",
  "headers.cookie",
  "body.card.number",
  "body.card.cvc",
  "body.customer.tax_id",
];

/** About 1 KB, as a refused call might leave it, with secrets where a list of paths expects them. */
const LINE = {
  method: "POST",
  path: "/api/v1/payments",
  status: 422,
  duration_ms: 12,
  headers: {
    host: "api.example.com",
    "content-type": "application/json",
    "user-agent": "merchant-backend/4.2 (linux; x64) node/24",
    accept: "application/json",
    authorization: `Bearer ${"a1B2".repeat(16)}`,
    cookie: `session=${"c3D4".repeat(12)}`,
  },
  body: {
    amount: "1234.56",
    currency: "INR",
    card: { number: "4242424242424242", exp_month: 12, exp_year: 2030, cvc: "123" },
    customer: { name: "Asha Rao", city: "Bengaluru", tax_id: "ABCDE1234F" },
    description: "Annual plan for twelve seats, renewed by the workspace's owner",
    metadata: {
      order: "A-1001",
      channel: "web",
      campaign: "monsoon",
      note: "leave the parcel at the front desk please",
    },
  },
  errors: [
    { pointer: "/amount", code: "amount_precision", detail: "The amount has more decimals than its currency." },
    { pointer: "/currency", code: "currency_unsupported", detail: "Send an ISO 4217 currency code." },
  ],
};

/** A whole line, from the call to the bytes; neither writes them anywhere. */
export function logRow(): Promise<Row> {
  const destination = { write: () => {} };
  const ours = createLogger({ level: "info", destination });
  const peer = pino({ redact: REDACTED }, destination);
  return compare({
    name: "mask and write a log line, 1 KB",
    ours: async () => rateOf(() => ours.info(LINE, "request"), ROUND_MS),
    floor: { name: "pino redact with paths", measure: async () => rateOf(() => peer.info(LINE, "request"), ROUND_MS) },
    goal: { atLeast: 0.5 },
    note: "ours also finds secrets that no path names",
  });
}
