import { asc, eq, sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { cards, idempotencyKeys, payments, refundLimits, refunds } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld } from "@/lib/auth/testing/sign-in-world";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import type { PaymentId } from "@/lib/ids/id";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { type Currency, parseCurrency } from "@/lib/money/currency";
import { listOperationsOf } from "@/lib/payments/operation-store";
import { findPayment } from "@/lib/payments/payment-store";
import { TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { grant, type SignedIn, signedIn } from "@/lib/step-up/testing/step-up-desk";
import { moneyForms } from "../money-forms";
import { newestRefundOf } from "../refund-approval-store";
import { newTerminalForm, type TerminalDesk, takeTerminalPayment } from "../take-terminal-payment";
import type { TerminalText } from "../terminal-fields";

export type DashboardDesk = Awaited<ReturnType<typeof openDashboardDesk>>;

export const TYPED: TerminalText = {
  amount: "100.00",
  currency: "INR",
  number: "4242 4242 4242 4242",
  expiry: "12/39",
  cvc: "987",
  reference: "",
};

/** People who are signed in to the dashboard, each with a merchant of their own, at an acquirer. */
export async function openDashboardDesk(acquirerUrl: string) {
  const world = await createSignInWorld();
  const ring = await loadKeyRing(world.client, TEST_MASTER_KEY);
  const gateway = createSandboxGateway({ baseUrl: acquirerUrl });
  const services = { client: world.client, ring, gateway, gatewayTimeoutMs: 5000 };
  const { db } = world.owner;

  const terminalOf = ({ context, user: { merchantId, userId } }: SignedIn): TerminalDesk => ({
    services,
    context,
    scope: { merchantId, mode: "test" },
    holder: { merchantId, userId },
  });
  const paymentOf = async (person: SignedIn, id: PaymentId) => {
    const payment = await findPayment(db, { merchantId: person.user.merchantId, mode: "test" }, id);
    if (!payment) throw new Error("there is no such payment");
    return payment;
  };
  return {
    world,
    services,
    terminalOf,
    paymentOf,
    person: async () => signedIn(world, await world.addUser()),
    moneyOf: ({ context, session }: SignedIn) => ({ services, context, session }),
    /** A payment that was taken by hand. */
    taken: async (person: SignedIn, typed: Partial<TerminalText> = {}): Promise<PaymentId> => {
      const desk = terminalOf(person);
      const outcome = await takeTerminalPayment(desk, await newTerminalForm(desk), { ...TYPED, ...typed });
      if (outcome.kind !== "asked") throw new Error(outcome.kind);
      return outcome.payment.id;
    },
    /** The forms of the payment's page as it is shown now. */
    forms: async (person: SignedIn, id: PaymentId) => {
      const payment = await paymentOf(person, id);
      const [operation] = await listOperationsOf(db, payment);
      const last = { operation: operation?.id ?? null, refund: await newestRefundOf(db, payment) };
      return moneyForms(services, terminalOf(person).holder, payment, last);
    },
    /** As if the person had answered the question that a refund of so much asks. */
    prove: (person: SignedIn, payment: PaymentId, amount: string, currency = "INR") =>
      grant(world, person, { purpose: "refund.create", binds: { payment, amount, currency }, description: "" }),
    limit: ({ user: { merchantId } }: SignedIn, code: string, stepUpAboveMinor: bigint) =>
      transact(world.owner, systemContext("test"), (tx) =>
        tx.insert(refundLimits).values({ merchantId, currency: currencyOf(code), stepUpAboveMinor }),
      ),
    refundsOf: (id: PaymentId) => db.select().from(refunds).where(eq(refunds.paymentId, id)).orderBy(asc(refunds.id)),
    cardsOf: ({ user }: SignedIn) => db.select().from(cards).where(eq(cards.merchantId, user.merchantId)),
    paymentsOf: ({ user }: SignedIn) => db.select().from(payments).where(eq(payments.merchantId, user.merchantId)),
    keysOf: ({ user }: SignedIn) =>
      db.select().from(idempotencyKeys).where(eq(idempotencyKeys.merchantId, user.merchantId)),
    /** Every row of every table, as Postgres prints it. */
    dump: async () => {
      const tables = await db.execute<{ name: string }>(
        sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
      );
      const rows = await Promise.all(
        tables.map(({ name }) => db.execute(sql`select to_jsonb(t)::text as row from ${sql.raw(name)} as t`)),
      );
      return JSON.stringify(rows);
    },
    /** What the acquirer's own books hold. */
    ledger: async (filter: { reference: string } | { idempotency_key: string }) => {
      const answer = await fetch(`${acquirerUrl}/v1/charges?${new URLSearchParams(filter)}`);
      return ((await answer.json()) as { data: { captured: string; refunded: string; status: string }[] }).data;
    },
  };
}

function currencyOf(code: string): Currency {
  const currency = parseCurrency(code);
  if (currency === null) throw new Error(`${code} is no currency`);
  return currency;
}
