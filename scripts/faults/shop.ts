import { setTimeout as sleep } from "node:timers/promises";
import { systemContext } from "@/db/audit-context";
import { insertApiKey, insertMerchant } from "@/db/seed/merchant";
import { transact } from "@/db/transact";
import { newApiSecret } from "@/lib/api-keys/api-secret";
import type { MerchantId } from "@/lib/ids/id";
import { newKeyId } from "@/lib/ids/key-id";
import type { ApiKey } from "../demo/signed-client";
import { type Answer, call, type Lost, type Order } from "./client";
import type { Plant } from "./plant";
import type { Random } from "./random";

export type Resource = Readonly<{ id: string; status: string; amount: string; amount_refunded: string }>;

/** Thrown by a scenario that saw something that must not be. */
export class Violation extends Error {}

export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** A security code that nobody's number has in it; it must be found in no log. */
const CVC = "739";
const PATIENCE_MS = 45_000;
const DEADLINE_MS = 30_000;

export type Shop = Readonly<{
  name: string;
  merchantId: MerchantId;
  apiKey: ApiKey;
  plant: Plant;
  random: Random;
  /** How long something may be pending after everything works again. */
  deadlineMs: number;
  /** Every answer with a status that no caller may ever see. */
  shocks: string[];
  /** Sends to one of the two servers. */
  send: (site: 0 | 1, order: Order) => Promise<Answer | Lost>;
  card: (number: string) => Promise<string>;
  /** A new payment's order, with a reference and a key of its own; letters between the digits, so that neither is a card number. */
  order: (card: string, changes?: Readonly<Record<string, unknown>>) => Order & Readonly<{ key: string }>;
  /** Sends it again until it is answered for good, as a client does. */
  insist: (site: 0 | 1, order: Order) => Promise<Answer>;
  get: (id: string, site?: 0 | 1) => Promise<Resource>;
  pay: (number: string, changes?: Readonly<Record<string, unknown>>) => Promise<Resource>;
}>;

const UNCERTAIN = new Set([0, 409, 503]);

/** A merchant of one run's own, with a key, so that runs do not meet. */
export async function openShop(plant: Plant, name: string, random: Random, deadlineMs = DEADLINE_MS): Promise<Shop> {
  const apiKey = { id: newKeyId("test"), secret: newApiSecret("test") };
  const merchantId = await transact(plant.owner, systemContext("faults"), async (tx) => {
    const id = await insertMerchant(tx, { name, country: "GB", timeZone: "Europe/London" });
    await insertApiKey(tx, plant.ring, id, apiKey);
    return id;
  });
  const shocks: string[] = [];
  const send = async (site: 0 | 1, order: Order) => {
    const answer = await call(plant.sites[site].server.port, apiKey, order);
    if (answer.status >= 500 && answer.status !== 503) shocks.push(`${order.path}: ${answer.status} ${answer.text}`);
    if (answer.status === 503 && answer.retryAfter === null) shocks.push(`${order.path}: 503 without Retry-After`);
    return answer;
  };
  let orders = 0;
  const shop: Shop = {
    ...{ name, merchantId, apiKey, plant, random, deadlineMs, shocks, send },
    card: async (number) => {
      const body = { number, exp_month: 12, exp_year: 2040, cvc: number.startsWith("3") ? `${CVC}1` : CVC };
      const answer = await shop.insist(0, { path: "/cards", body });
      must(answer.status === 201, `a card was refused: ${answer.status} ${answer.text}`);
      return idIn(answer);
    },
    order: (card, changes = {}) => {
      orders += 1;
      const reference = `${name}-n${orders}`;
      const body = { amount: "100.00", currency: "USD", card, cvc: CVC, reference, ...changes };
      return { path: "/payments", key: `${reference}-key`, body };
    },
    insist: async (site, order) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      for (;;) {
        const answer = await send(site, order);
        if (!UNCERTAIN.has(answer.status) || isFinalConflict(answer)) return answer;
        must(performance.now() < giveUpAt, `no final answer to ${order.path}: ${answer.status} ${answer.text}`);
        await sleep(250);
      }
    },
    get: async (id, site = 0) => {
      const answer = await shop.insist(site, { method: "GET", path: `/payments/${id}` });
      must(answer.status === 200, `GET /payments/${id}: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as Resource;
    },
    pay: async (number, changes) => {
      const answer = await shop.insist(0, shop.order(await shop.card(number), changes));
      must(answer.status === 201 || answer.status === 202, `a payment was refused: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as Resource;
    },
  };
  return shop;
}

/** A 409 that will not become anything else, as "key in use" does. */
function isFinalConflict({ status, text }: Answer | Lost): boolean {
  return status === 409 && !text.includes("idempotency_key_in_use");
}

export const idIn = ({ text }: Answer | Lost): string => (JSON.parse(text) as { id: string }).id;
export const statusIn = ({ text }: Answer | Lost): string => (JSON.parse(text) as { status: string }).status;

/** Looks at a payment until it is settled; it must never have failed on the way. */
export async function watchUntilSettled(shop: Shop, id: string, expected: string): Promise<void> {
  const giveUpAt = performance.now() + shop.deadlineMs;
  for (;;) {
    const { status } = await shop.get(id, 1);
    must(status === "pending" || status === expected, `${id} became ${status} instead of ${expected}`);
    if (status === expected) return;
    must(performance.now() < giveUpAt, `I2: ${id} is still pending after ${shop.deadlineMs / 1000} s`);
    await sleep(200);
  }
}
