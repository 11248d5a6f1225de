import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, sql } from "drizzle-orm";
import type { AuditContext } from "@/db/audit-context";
import { idempotencyKeys } from "@/db/schema";
import { AppError } from "@/lib/errors/app-error";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import type { MerchantId, PaymentId } from "@/lib/ids/id";
import { createPayment } from "../create-payment";
import type { PaymentServices } from "../payment-services";
import { createPaymentWorld, type PaymentCall } from "./payment-world";

export type PaymentDesk = Awaited<ReturnType<typeof openPaymentDesk>>;

/** A merchant with a card, ready to take payments at an acquirer. */
export async function openPaymentDesk(acquirerUrl: string) {
  const world = await createPaymentWorld(acquirerUrl);
  const merchantId = await world.addMerchant();
  const card = await world.addCard(merchantId);

  const storedKey = async (key: string) => {
    const [row] = await world.owner.db
      .select()
      .from(idempotencyKeys)
      .where(and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.key, key)));
    return row ?? null;
  };
  return {
    world,
    merchantId,
    card,
    storedKey,
    call: (key: string, changes: Readonly<Record<string, unknown>> = {}, of = merchantId) =>
      world.call(of, key, { amount: "1234.56", currency: "INR", card, ...changes }),
    pay: ({ request, order }: PaymentCall, changes: Partial<PaymentServices> = {}) =>
      createPayment(world.services(changes), contextOf(request.merchantId), request, order),
    chargesOf: (body: string) => world.charges({ idempotency_key: idIn(body) }),
    /** As the passing of time does. */
    endLease: (key: string) =>
      world.owner.db
        .update(idempotencyKeys)
        .set({ leaseUntil: sql`now() - interval '1 second'` })
        .where(eq(idempotencyKeys.key, key)),
    begunPayment: async (key: string): Promise<PaymentId> => {
      for (let tries = 0; tries < 500; tries += 1) {
        const found = await storedKey(key);
        if (found?.paymentId) return found.paymentId;
        await sleep(20);
      }
      throw new Error("no payment was begun");
    },
    heldBack: () => heldBack(createSandboxGateway({ baseUrl: acquirerUrl })),
  };
}

export const contextOf = (merchantId: MerchantId): AuditContext => ({
  actor: { type: "api_key", id: "key_test_x" },
  merchantId,
  ip: null,
  userAgent: null,
  requestId: null,
});

export const idIn = (body: string) => (JSON.parse(body) as { id: PaymentId }).id;
export const statusIn = (body: string) => (JSON.parse(body) as { status: string }).status;

/** The code that a refused call was refused with; null when it was not. */
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

/** An acquirer that does its work, and whose answer comes when the test says so. */
function heldBack(real: PaymentGateway): { gateway: PaymentGateway; asked: Promise<void>; letGo: () => void } {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held =
    <Args extends unknown[], Outcome>(call: (...args: Args) => Promise<Outcome>) =>
    async (...args: Args) => {
      const outcome = await call(...args);
      asked.resolve();
      await answer.promise;
      return outcome;
    };
  const { charge, findCharge, capture, voidHold, refund } = real;
  return {
    gateway: {
      ...real,
      charge: held(charge),
      findCharge: held(findCharge),
      capture: held(capture),
      voidHold: held(voidHold),
      refund: held(refund),
    },
    asked: asked.promise,
    letGo: answer.resolve,
  };
}
