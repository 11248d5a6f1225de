import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_PERMISSIONS } from "@/lib/api-keys/permissions";
import { newId } from "@/lib/ids/id";
import { nameOf, type Operation } from "@/lib/openapi/operation";
import { OPERATIONS } from "@/lib/openapi/operations";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { dispatchEvents } from "@/lib/webhooks/dispatch";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import type { ApiAnswer } from "./testing/api-desk";
import { type MoneyDesk, openMoneyDesk } from "./testing/money-desk";
import { ADA, idOf } from "./testing/vault-desk";

let sandbox: Sandbox;
let desk: MoneyDesk;
/** One of each thing that has an id, of one merchant. */
let ids: readonly string[];

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openMoneyDesk(sandbox.url, { RATE_LIMIT_OTHER: "9999/60" });
  const endpoint = idOf(await desk.post("/webhook-endpoints", { url: "https://8.8.8.8/", events: ["*"] }));
  const customer = idOf(await desk.post("/customers", ADA));
  const [held, captured] = [await desk.hold({ customer }), await desk.pay()];
  const refund = idOf(await desk.post(`/payments/${captured}/refunds`, { amount: "1.00" }));
  await dispatchEvents(desk.world.client);
  const { json } = await desk.read(`/webhook-endpoints/${endpoint}/deliveries?limit=1`);
  const [delivery] = (json.data as { id: string }[]).map(({ id }) => id);
  if (delivery === undefined) throw new Error("nothing was handed to the endpoint");
  ids = [desk.card, customer, held, captured, refund, endpoint, delivery];
});
afterAll(async () => {
  await desk.close();
  await sandbox.stop();
});

/** A body that its schema takes. */
function bodyOf({ method, example }: Operation): unknown {
  return method === "POST" || method === "PATCH" ? (example ?? {}) : undefined;
}

let calls = 0;
function call(operation: Operation, id: string, by: TestApiKey): Promise<ApiAnswer> {
  calls += 1;
  const body = bodyOf(operation);
  const { method, path, idempotency } = operation;
  return desk.send(by, {
    method,
    path: `/api/v1${path.replace("{id}", id)}`,
    ...(body !== undefined && { body }),
    ...(idempotency === "required" && { idempotencyKey: `every-route-${calls}` }),
  });
}

const withoutRequest = ({ status, json: { request_id: _, ...problem } }: ApiAnswer) => ({ status, ...problem });

describe("tenant.every-route: the attack is to ask for what belongs to another merchant, or to the other mode", () => {
  const aboutOne = OPERATIONS.filter(({ path }) => path.includes("{id}"));

  it("looks at every kind of thing", () => {
    expect(aboutOne.length).toBeGreaterThan(12);
  });

  it.each(aboutOne.map((operation) => [nameOf(operation), operation] as const))(
    "%s answers 404 to any id of theirs, as to one that never was",
    async (_name, operation) => {
      const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
      const live = await desk.world.addApiKey(desk.merchantId, { mode: "live" });
      for (const by of [stranger, live]) {
        for (const id of ids) {
          const answer = withoutRequest(await call(operation, id, by));
          const never = newId(id.startsWith("whk") ? "whk" : id.startsWith("whd") ? "whd" : prefixOf(id));
          expect(answer, `${id} asked for with ${by.id}`).toMatchObject({ status: 404, code: "not_found" });
          expect(answer).toEqual(withoutRequest(await call(operation, never, by)));
        }
      }
      // Nothing was changed by the asking: it is all there for whom it belongs to.
      await Promise.all(ids.map(expectThere));
    },
  );

  it.each(OPERATIONS.filter(({ path, method }) => method === "GET" && !path.includes("{id}")).map(nameOf))(
    "%s lists nothing of theirs",
    async (name) => {
      const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
      const live = await desk.world.addApiKey(desk.merchantId, { mode: "live" });
      const path = name.slice("GET ".length);
      expect((await desk.read(path)).json.data).not.toEqual([]);
      for (const by of [stranger, live]) expect((await desk.read(path, by)).json.data).toEqual([]);
    },
  );
});

describe("permission.every-route: the attack is to use a key for what it was not made for", () => {
  it.each(OPERATIONS.map((operation) => [nameOf(operation), operation] as const))(
    "%s answers 403 to a key with every permission but its own",
    async (_name, operation) => {
      const permissions = API_PERMISSIONS.filter((permission) => permission !== operation.permission);
      const key = await desk.world.addApiKey(desk.merchantId, { permissions });
      for (const id of operation.path.includes("{id}") ? ids : [""]) {
        expect(await call(operation, id, key)).toMatchObject({ status: 403, json: { code: "permission_denied" } });
      }
      await Promise.all(ids.map(expectThere));
    },
  );
});

type Prefix = "tok" | "cus" | "pay" | "ref";
const READ_AT: Readonly<Record<Prefix | "whk", string>> = {
  ...{ tok: "/cards", cus: "/customers", pay: "/payments", ref: "/refunds" },
  whk: "/webhook-endpoints",
};

function prefixOf(id: string): Prefix {
  const prefix = id.slice(0, id.indexOf("_"));
  if (prefix === "tok" || prefix === "cus" || prefix === "pay" || prefix === "ref") return prefix;
  throw new Error(`what is ${id}?`);
}

async function expectThere(id: string): Promise<void> {
  if (id.startsWith("whd")) return;
  const path = READ_AT[id.startsWith("whk") ? "whk" : prefixOf(id)];
  expect((await desk.read(`${path}/${id}`)).status, id).toBe(200);
}
