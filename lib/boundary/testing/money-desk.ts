import { expect } from "vitest";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type ApiAnswer, openApiDesk } from "./api-desk";

export type MoneyDesk = Awaited<ReturnType<typeof openMoneyDesk>>;

/** An API desk with a merchant who has payments in every state, at an acquirer. */
export async function openMoneyDesk(acquirerUrl: string, settings: Readonly<Record<string, string>> = {}) {
  const desk = await openApiDesk(acquirerUrl, {
    RATE_LIMIT_CREATE_PAYMENT: "9999/60",
    RATE_LIMIT_REFUND: "9999/60",
    RATE_LIMIT_TOKENIZE: "9999/60",
    RATE_LIMIT_GET_TRANSACTION: "9999/60",
    ...settings,
  });
  const merchantId = await desk.world.addMerchant();
  const key = await desk.world.addApiKey(merchantId);
  const card = await desk.world.addCard(merchantId);
  let keys = 0;
  const newKey = () => {
    keys += 1;
    return `money-${keys}`;
  };
  const post = (path: string, body: unknown, idempotencyKey = newKey(), by: TestApiKey = key): Promise<ApiAnswer> =>
    desk.post(by, `/api/v1${path}`, body, idempotencyKey);
  const pay = async (changes: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const answer = await post("/payments", { amount: "100.00", currency: "INR", card, ...changes });
    expect(answer.status).toBeLessThan(300);
    return String(answer.json.id);
  };
  const hold = (changes: Readonly<Record<string, unknown>> = {}) => pay({ capture: false, ...changes });
  return {
    ...desk,
    merchantId,
    key,
    card,
    newKey,
    post,
    pay,
    hold,
    read: async (path: string, by: TestApiKey = key) => desk.get(by, `/api/v1${path}`),
    cardNumbered: (number: string) => desk.world.addCard(merchantId, number),
    /** A payment in each state, made the way that clients make them. */
    inState: {
      authorized: hold,
      captured: pay,
      voided: async () => {
        const id = await hold();
        await post(`/payments/${id}/void`, {});
        return id;
      },
      failed: async () => pay({ card: await desk.world.addCard(merchantId, "4000000000000002") }),
      partially_refunded: async () => {
        const id = await pay();
        await post(`/payments/${id}/refunds`, { amount: "1.00" });
        return id;
      },
      refunded: async () => {
        const id = await pay();
        await post(`/payments/${id}/refunds`, {});
        return id;
      },
    },
    /** What the acquirer's own books hold of a payment. */
    ledger: async (id: string) => {
      const [charge, ...others] = await desk.world.charges({ idempotency_key: id });
      expect(others).toEqual([]);
      return charge;
    },
  };
}
