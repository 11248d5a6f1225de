import { type AuditContext, systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import type { Unknown } from "@/lib/gateway/payment-gateway";
import { recordPayment } from "@/lib/metrics/instruments";
import { askAboutCharge, askAboutRefund, sendOperation } from "@/lib/payments/ask-acquirer";
import { isOfAcquirer } from "@/lib/payments/of-acquirer";
import { findOperation } from "@/lib/payments/operation-store";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { findPayment } from "@/lib/payments/payment-store";
import { findRefund } from "@/lib/payments/refund-store";
import { settleOperation } from "@/lib/payments/settle-operation";
import { settlePendingPayment } from "@/lib/payments/settle-payment";
import { settleRefund } from "@/lib/payments/settle-refund";
import { findSealedNumber } from "@/lib/vault/card-store";
import type { Subject } from "./subject";

/** `settled` by this look; `known` when somebody else was faster; `elsewhere` when it may not be asked here; `unknown` when it is to be asked again. */
export type Reconciled =
  | Readonly<{ kind: "settled"; status: string } | { kind: "known" } | { kind: "elsewhere" }>
  | Unknown;

type Of<Kind extends Subject["kind"]> = Extract<Subject, { kind: Kind }>;

const KNOWN = { kind: "known" } as const;
const ELSEWHERE = { kind: "elsewhere" } as const;

/**
 * Asks the acquirer what became of something that is pending, and settles it by that word alone. It may be called at any
 * time, by any number at once, and die anywhere: the acquirer knows each by our id, and a settlement is written once.
 */
export function reconcile(services: PaymentServices, subject: Subject): Promise<Reconciled> {
  const context = { ...systemContext("reconciler"), merchantId: subject.merchantId };
  switch (subject.kind) {
    case "payment":
      return reconcilePayment(services, context, subject);
    case "operation":
      return reconcileOperation(services, context, subject);
    case "refund":
      return reconcileRefund(services, context, subject);
    default:
      return subject satisfies never;
  }
}

/** A charge is looked for, and sent again only when the acquirer plainly has none and we still have the number. */
async function reconcilePayment(
  services: PaymentServices,
  context: AuditContext,
  { merchantId, mode, paymentId }: Of<"payment">,
): Promise<Reconciled> {
  const { client } = services;
  const scope = { merchantId, mode };
  const payment = await findPayment(client.db, scope, paymentId);
  if (payment?.status !== "pending") return KNOWN;
  if (!isOfAcquirer(services.gateway, payment)) return ELSEWHERE;
  const sealedNumber = await findSealedNumber(client.db, scope, payment.cardId);
  const outcome = await askAboutCharge(services, payment, sealedNumber);
  if (outcome.kind === "unknown") return outcome;
  const settled = await transact(client, context, (tx) =>
    settlePendingPayment(tx, { ...scope, id: paymentId }, outcome),
  );
  if (settled?.changed) recordPayment(settled.now.status);
  return settled?.changed ? { kind: "settled", status: settled.now.status } : KNOWN;
}

async function reconcileOperation(
  services: PaymentServices,
  context: AuditContext,
  { merchantId, mode, paymentId, operationId }: Of<"operation">,
): Promise<Reconciled> {
  const { client } = services;
  const scope = { merchantId, mode };
  const [payment, operation] = await Promise.all([
    findPayment(client.db, scope, paymentId),
    findOperation(client.db, scope, operationId),
  ]);
  if (!payment || operation?.status !== "pending") return KNOWN;
  if (!isOfAcquirer(services.gateway, payment, operation)) return ELSEWHERE;
  const outcome = await sendOperation(services, payment, operation);
  if (outcome.kind === "unknown") return outcome;
  const settled = await transact(client, context, (tx) =>
    settleOperation(tx, { ...scope, id: paymentId }, operationId, outcome),
  );
  return settled?.changed ? { kind: "settled", status: settled.now.status } : KNOWN;
}

async function reconcileRefund(
  services: PaymentServices,
  context: AuditContext,
  { merchantId, mode, paymentId, refundId }: Of<"refund">,
): Promise<Reconciled> {
  const { client } = services;
  const scope = { merchantId, mode };
  const [payment, refund] = await Promise.all([
    findPayment(client.db, scope, paymentId),
    findRefund(client.db, scope, refundId),
  ]);
  if (!payment || refund?.status !== "pending") return KNOWN;
  if (!isOfAcquirer(services.gateway, payment, refund)) return ELSEWHERE;
  const outcome = await askAboutRefund(services, payment, refund);
  if (outcome.kind === "unknown") return outcome;
  const settled = await transact(client, context, (tx) => settleRefund(tx, { ...scope, id: refundId }, outcome));
  return settled?.changed ? { kind: "settled", status: settled.now.status } : KNOWN;
}
