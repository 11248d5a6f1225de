import { asc, eq, or, sql } from "drizzle-orm";
import { auditEntries, events, paymentOperations, refunds } from "@/db/schema";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import type { PaymentId } from "@/lib/ids/id";
import { type HoldOrder, operateOnHold } from "../operate-on-hold";
import type { PaymentServices } from "../payment-services";
import { findPayment } from "../payment-store";
import { refundPayment } from "../refund-payment";
import { contextOf, idIn, openPaymentDesk } from "./payment-desk";

export type OperationDesk = Awaited<ReturnType<typeof openOperationDesk>>;

type Call = Readonly<{ key?: string } & Partial<PaymentServices>>;

/** A merchant whose payments are captured, voided and refunded at an acquirer, without the API in between. */
export async function openOperationDesk(acquirerUrl: string) {
  const desk = await openPaymentDesk(acquirerUrl);
  const { world, merchantId } = desk;
  const scope = { merchantId, mode: "test" } as const;
  const context = contextOf(merchantId);
  let keys = 0;
  const newKey = () => {
    keys += 1;
    return `operation-${keys}`;
  };
  const requestOf = (path: string, body: object, key: string) => ({
    ...{ ...scope, key, method: "POST", path },
    fingerprint: requestFingerprint(world.ring, [merchantId, "test", "POST", path], body),
  });
  const onHold = ({ key = newKey(), ...services }: Call, order: HoldOrder): Promise<IdempotentAnswer> => {
    const amount = order.type === "capture" ? order.amount : null;
    const request = requestOf(`/api/v1/payments/${order.paymentId}/${order.type}`, { amount }, key);
    return operateOnHold(world.services(services), context, request, order);
  };
  const refundRequest = (paymentId: PaymentId, amount: string | null, key: string) =>
    requestOf(`/api/v1/payments/${paymentId}/refunds`, { amount }, key);
  const pay = async (changes: Readonly<Record<string, unknown>> = {}): Promise<PaymentId> =>
    idIn((await desk.pay(desk.call(newKey(), { amount: "100.00", ...changes }))).body);
  return {
    ...desk,
    scope,
    context,
    newKey,
    refundRequest,
    payFor: pay,
    hold: () => pay({ capture: false }),
    capture: (paymentId: PaymentId, amount: string | null = null, call: Call = {}) =>
      onHold(call, { type: "capture", paymentId, amount }),
    voidHold: (paymentId: PaymentId, call: Call = {}) => onHold(call, { type: "void", paymentId }),
    refund: (paymentId: PaymentId, amount: string | null = null, { key = newKey(), ...services }: Call = {}) => {
      const request = refundRequest(paymentId, amount, key);
      return refundPayment(world.services(services), context, request, { paymentId, amount, reason: null });
    },
    payment: async (id: PaymentId) => {
      const payment = await findPayment(world.client.db, scope, id);
      if (!payment) throw new Error("there is no such payment");
      return payment;
    },
    refundsOf: (id: PaymentId) => world.owner.db.select().from(refunds).where(eq(refunds.paymentId, id)),
    operationsOf: (id: PaymentId) =>
      world.owner.db.select().from(paymentOperations).where(eq(paymentOperations.paymentId, id)),
    ledger: async (id: PaymentId) => {
      const [charge, ...others] = await world.charges({ idempotency_key: id });
      if (!charge || others.length > 0) throw new Error("the acquirer does not have exactly one charge");
      return charge;
    },
    /** What happened to a payment, its operations and refunds, as the audit trail and the events tell it. */
    told: async (id: PaymentId) => {
      const ofPayment = sql`${auditEntries.resourceId} = ${id} or ${auditEntries.newValues} ->> 'payment_id' = ${id}`;
      const related = world.owner.db.select({ id: auditEntries.resourceId }).from(auditEntries).where(ofPayment);
      const entries = await world.owner.db
        .select({ action: auditEntries.action })
        .from(auditEntries)
        .where(sql`${auditEntries.resourceId} in ${related}`)
        .orderBy(asc(auditEntries.id));
      const happened = await world.owner.db
        .select({ type: events.type })
        .from(events)
        .where(or(eq(events.resourceId, id), sql`${events.data} ->> 'payment' = ${id}`))
        .orderBy(asc(events.position));
      return { audit: entries.map(({ action }) => action), events: happened.map(({ type }) => type) };
    },
  };
}
