import { unstable_rethrow } from "next/navigation";
import { newId } from "@/lib/ids/id";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { specOf } from "../wrapped";
import type { CanaryWorld } from "./canary-world";
import {
  type Answer,
  type Entrance,
  findActions,
  findRoutes,
  plantingsOfAction,
  plantingsOfApi,
  sendAll,
  strayHeaders,
} from "./plant-canaries";
import { plantingsOfHandler } from "./plant-in-handlers";

type Fields = Readonly<Record<string, unknown>>;

/** Plants canaries in every input of every route and of every action that the files have. */
export async function plantEverywhere(world: CanaryWorld): Promise<Answer[]> {
  const owner = await world.person();
  const right = await rightInputs(world, await world.open(owner.user.merchantId));
  const answers: Answer[] = [];
  const routes = await findRoutes();
  const plantIn = async (route: Entrance, turn: number) => {
    const plantings = specOf(route.call)
      ? plantingsOfApi(route, right.api(route.name), right.send, turn)
      : plantingsOfHandler(world, route, owner.cookie);
    answers.push(...(await sendAll(plantings, world.forgetLimits)));
  };
  // What takes away what the others work with comes last.
  const [last = [], first = []] = [true, false].map((deletes) =>
    routes.filter(({ name }) => name.startsWith("DELETE") === deletes),
  );
  for (const [turn, route] of first.entries()) await plantIn(route, turn);
  const held = await world.person(true);
  for (const action of await findActions()) {
    // Who has given too many wrong codes is locked out: each of these has somebody of their own.
    const who = action.file.includes("login/confirm")
      ? held
      : TAKES_CODES.test(action.name)
        ? await world.person()
        : owner;
    const fixed = { ...right.values, email: who.user.email, id: right.idFor(action.file) };
    const values = async () => (action.name === "takePayment" ? { ...fixed, form: await world.form(who) } : fixed);
    const run = (input: unknown, canary: Parameters<typeof strayHeaders>[0]) =>
      world.browse({ ...strayHeaders(canary), cookie: who.cookie }, () => perform(action, input));
    answers.push(...(await sendAll(plantingsOfAction(action, values, run, fixed), world.forgetLimits)));
  }
  for (const [turn, route] of last.entries()) await plantIn(route, turn);
  return answers;
}

const TAKES_CODES = /^(?:confirm|finish|startSignIn)/;

async function perform({ call }: Entrance, input: unknown): Promise<string> {
  if (typeof call !== "function") throw new Error("this is no action");
  try {
    return JSON.stringify(await Reflect.apply(call, null, [input])) ?? "";
  } catch (thrown) {
    if (isOfNext(thrown)) return "";
    throw thrown;
  }
}

/** A redirect, or the page for who may not. */
function isOfNext(thrown: unknown): boolean {
  try {
    unstable_rethrow(thrown);
    return false;
  } catch {
    return true;
  }
}

const CARD = { number: "4242424242424242", exp_month: 12, exp_year: 2040 };
const ADA = { name: "Ada", email: "ada@example.com" };

/** What is right in every place but the one that is planted in. */
async function rightInputs({ desk, receiver }: CanaryWorld, key: TestApiKey) {
  const send = (request: Parameters<typeof desk.send>[1]) => desk.send(key, request);
  const made = async (path: string, body: Fields): Promise<string> => {
    const answer = await send({ method: "POST", path: `/api/v1${path}`, body, idempotencyKey: `made ${path}` });
    if (answer.status >= 300) throw new Error(answer.text);
    return String(answer.json.id);
  };
  const card = await made("/cards", CARD);
  const customer = await made("/customers", ADA);
  const payment = await made("/payments", { amount: "100.00", currency: "INR", card });
  const ids: Readonly<Record<string, string>> = {
    ...{ cards: card, customers: customer, payments: payment, "webhook-deliveries": newId("whd") },
    refunds: await made(`/payments/${payment}/refunds`, { amount: "1.00" }),
    "webhook-endpoints": await made("/webhook-endpoints", { url: `${receiver.url}/made`, events: ["card.created"] }),
  };
  const bodies: Readonly<Record<string, Fields>> = {
    "POST /api/v1/cards": { ...CARD, cvc: "987", customer },
    "POST /api/v1/customers": { ...ADA, phone: "+919876543210", tax_id: "ABCPE1234F", metadata: {} },
    "POST /api/v1/payments": { amount: "12.50", currency: "INR", card, cvc: "987", customer, metadata: {} },
    "POST /api/v1/payments/[id]/refunds": { amount: "0.01" },
    "POST /api/v1/webhook-endpoints": { url: `${receiver.url}/other`, events: ["refund.failed"] },
  };
  return {
    send,
    api: (name: string) => {
      const path = name.split(" ")[1] ?? "";
      return { path: path.replace("[id]", ids[path.split("/")[3] ?? ""] ?? ""), body: bodies[name] ?? {} };
    },
    idFor: (file: string) =>
      file.includes("webhook") ? ids["webhook-endpoints"] : file.includes("key") ? key.id : newId("psk"),
    values: {
      ...{ paymentId: payment, cardId: card, customerId: customer, amount: "1.00", currency: "INR", reference: "" },
      ...{ number: CARD.number, expiry: "12/40", cvc: "987", callbackUrl: "/", code: "000000", phone: "+919876543210" },
      ...{ password: "not the right password", url: receiver.url, events: ["*"], token: "t".repeat(43) },
      ...{
        businessName: "Shop",
        country: "IN",
        timeZone: "Asia/Kolkata",
        from: "2026-01-01T00:00",
        to: "2026-01-02T00:00",
      },
    },
  };
}
