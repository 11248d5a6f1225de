import { eq } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { events, merchants } from "@/db/schema";
import { transact } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type ApiAnswer, openApiDesk } from "./api-desk";

export const ADA = {
  name: "Ada Lovelace",
  email: "Ada@Example.com",
  phone: "+919876543210",
  tax_id: "ABCDE1234F",
  metadata: { tier: "gold" },
} as const;

const WIDE = "9999/60";

export type VaultDesk = Awaited<ReturnType<typeof openVaultDesk>>;

/** A client of the API with customers and cards, at one merchant; `other` is a second merchant's client. */
export async function openVaultDesk(acquirerUrl?: string) {
  const desk = await openApiDesk(acquirerUrl, {
    RATE_LIMIT_CREATE_PAYMENT: WIDE,
    RATE_LIMIT_TOKENIZE: WIDE,
    RATE_LIMIT_GET_TRANSACTION: WIDE,
    RATE_LIMIT_OTHER: WIDE,
    GATEWAY_TIMEOUT_MS: "1000",
  });
  const { world } = desk;
  const merchantId = await world.addMerchant();
  const [key, otherKey] = [await world.addApiKey(merchantId), await world.addApiKey(await world.addMerchant())];
  let keys = 0;
  return {
    ...clientOf(desk, key),
    other: clientOf(desk, otherKey),
    world,
    merchantId,
    as: (apiKey: TestApiKey) => clientOf(desk, apiKey),
    pay: (fields: Readonly<Record<string, unknown>>, of = key) => {
      keys += 1;
      const body = { amount: "12.50", currency: "INR", ...fields };
      return desk.post(of, "/api/v1/payments", body, `vault-${keys}`);
    },
    /** What was told of a thing, in order. */
    eventsOf: (resourceId: string) =>
      world.owner.db.select().from(events).where(eq(events.resourceId, resourceId)).orderBy(events.position),
    /** From now on the merchant keeps no card number beyond its first authorisation. */
    keepNoNumbers: (of: MerchantId) =>
      transact(world.owner, systemContext("test"), (tx) =>
        tx.update(merchants).set({ vaultMode: "transient" }).where(eq(merchants.id, of)),
      ),
    close: desk.close,
  };
}

function clientOf(desk: Awaited<ReturnType<typeof openApiDesk>>, key: TestApiKey) {
  const at = (path: string) => `/api/v1${path}`;
  return {
    key,
    get: (path: string) => desk.get(key, at(path)),
    post: (path: string, body: unknown, idempotencyKey?: string) => desk.post(key, at(path), body, idempotencyKey),
    patch: (path: string, body: unknown) => desk.patch(key, at(path), body),
    delete: (path: string) => desk.delete(key, at(path)),
    send: (request: Parameters<typeof desk.send>[1]) => desk.send(key, request),
    addCustomer: async (fields: Readonly<Record<string, unknown>> = {}) =>
      idOf(await desk.post(key, at("/customers"), { ...ADA, ...fields })),
    addCard: async (fields: Readonly<Record<string, unknown>> = {}) =>
      idOf(
        await desk.post(key, at("/cards"), { number: "4242424242424242", exp_month: 12, exp_year: 2040, ...fields }),
      ),
  };
}

export function idOf(answer: ApiAnswer): string {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return String(answer.json.id);
}

export const idsIn = ({ json }: ApiAnswer) => (json.data as { id: string }[]).map(({ id }) => id);
