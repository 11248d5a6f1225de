import { z } from "zod";
import type { ApiAnswer, SignedClient } from "./signed-client";

const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";
/** One that the e2e tests can look for: no number of a log begins with a zero. */
const CVC = "079";
const PAYMENTS = [
  { card: APPROVED, amount: "1499.00", currency: "INR", description: "Annual plan" },
  { card: APPROVED, amount: "42.50", currency: "USD", description: "Two tickets" },
  { card: APPROVED, amount: "3800", currency: "JPY", description: "Dinner for one" },
  { card: DECLINED, amount: "250.00", currency: "INR", description: "Gift card" },
] as const;

const card = z.object({ id: z.string() });
const payment = z.object({ id: z.string(), status: z.string(), amount: z.string(), currency: z.string() });

/**
 * Takes a few payments over the signed API, one of them with a card that is declined, each with a reference of its
 * own. Returns a line about each. Throws an error with the API's answer when one is refused.
 */
export async function takeFirstPayments(client: SignedClient, now: Date): Promise<readonly string[]> {
  const run = `demo-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;
  const lines: string[] = [];
  const tokens = new Map<string, string>();
  for (const [index, { card: number, ...order }] of PAYMENTS.entries()) {
    const token = tokens.get(number) ?? (await tokenise(client, number, now));
    tokens.set(number, token);
    const reference = `${run}-${index + 1}`;
    const answer = await client.post("/payments", { ...order, card: token, reference }, reference);
    const { id, status, amount, currency } = expectAnswer(payment, answer);
    lines.push(`${id}  ${`${amount} ${currency}`.padStart(12)}  ${status.padEnd(8)}  ${reference}`);
  }
  return lines;
}

async function tokenise(client: SignedClient, number: string, now: Date): Promise<string> {
  const answer = await client.post("/cards", { number, exp_month: 12, exp_year: now.getUTCFullYear() + 3, cvc: CVC });
  return expectAnswer(card, answer).id;
}

function expectAnswer<T>(schema: z.ZodType<T>, { status, body }: ApiAnswer): T {
  const parsed = schema.safeParse(body);
  if (status < 300 && parsed.success) return parsed.data;
  throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
}
