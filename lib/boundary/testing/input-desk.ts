import { expect } from "vitest";
import { type ApiAnswer, openApiDesk } from "./api-desk";

export const CARD_NUMBER = "4242424242424242";

type Fields = Readonly<Record<string, unknown>>;

export type InputDesk = Awaited<ReturnType<typeof openInputDesk>>;

/** An API desk for requests that are wrong in one place; it keeps every refusal's body. */
export async function openInputDesk() {
  const desk = await openApiDesk(undefined, {
    RATE_LIMIT_CREATE_PAYMENT: "9999/60",
    RATE_LIMIT_TOKENIZE: "9999/60",
    RATE_LIMIT_GET_TRANSACTION: "9999/60",
  });
  const merchantId = await desk.world.addMerchant();
  const key = await desk.world.addApiKey(merchantId);
  const card = await desk.world.addCard(merchantId);
  const refusals: string[] = [];
  const keep = (answer: ApiAnswer) => {
    if (answer.status >= 400) refusals.push(answer.text);
    return answer;
  };
  let keys = 0;
  const payRaw = async (body: string | Uint8Array, headers: Record<string, string | null> = {}) => {
    keys += 1;
    const request = { method: "POST", path: "/api/v1/payments", idempotencyKey: `input-${keys}` } as const;
    return keep(await desk.send(key, { ...request, body, headers }));
  };
  return {
    world: desk.world,
    card,
    refusals,
    payRaw,
    /** A right payment with these fields instead. */
    pay: (fields: Fields) => payRaw(JSON.stringify({ amount: "12.50", currency: "INR", card, ...fields })),
    tokenize: async (fields: Fields) =>
      keep(await desk.post(key, "/api/v1/cards", { number: CARD_NUMBER, exp_month: 12, exp_year: 2040, ...fields })),
    get: async (path: string) => keep(await desk.get(key, `/api/v1/payments${path}`)),
    post: async (path: string, idempotencyKey?: string) => keep(await desk.post(key, path, {}, idempotencyKey)),
    postRaw: async (path: string, body: string, idempotencyKey?: string) =>
      keep(
        await desk.send(key, {
          method: "POST",
          path,
          body,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        }),
      ),
    close: desk.close,
  };
}

export const refusal = ({ status, json }: ApiAnswer) => [status, json.code];

/** One field was wrong, and is named. */
export function expectField(answer: ApiAnswer, pointer: string, code: string): void {
  expect(refusal(answer)).toEqual([422, code]);
  expect(answer.json.errors).toEqual([{ pointer, code, detail: expect.any(String) }]);
}
