import { createHmac, randomUUID } from "node:crypto";
import { exchange } from "../client";
import { chargeDetail, chargesOf } from "../ledger";
import { must, openShop, type Shop, watchUntilSettled } from "../shop";
import type { Scenario } from "./scenario";

const APPROVES = "4242424242424242";

type Callback = Readonly<Record<string, unknown>>;

/** Tells a server what the acquirer would tell it. */
function tell({ plant }: Shop, site: 0 | 1, callback: Callback, secret = plant.callbackSecret) {
  const body = JSON.stringify(callback);
  const at = Math.floor(Date.now() / 1000);
  const digest = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "x-sandbox-signature": `t=${at},v1=${digest}` };
  return exchange(plant.sites[site].server.port, "POST", "/api/gateway/sandbox", body, headers);
}

/** A payment that the acquirer has charged, as its callback would tell of it. */
async function toldOf(shop: Shop, paymentId: string, changes: Callback = {}): Promise<Callback> {
  const charge = (await chargesOf(shop.plant.sandbox.url, shop.name)).find(
    ({ idempotency_key: key }) => key === paymentId,
  );
  must(charge !== undefined, `the acquirer has no charge for ${paymentId}`);
  const detail = { ...(await chargeDetail(shop.plant.sandbox.url, charge.id)), ...changes };
  return {
    id: `cb_${randomUUID().replaceAll("-", "")}`,
    type: `charge.${String(Object(detail).status)}`,
    created_at: new Date().toISOString(),
    request: { idempotency_key: paymentId },
    charge: detail,
    refund: null,
  };
}

const fiftyTimes: Scenario = {
  number: 7,
  title: "the acquirer's callback 50 times at once",
  run: async (shop) => {
    shop.plant.callbacks.cut();
    const { id } = await shop.pay("4000000000009011");
    const callback = await toldOf(shop, id);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => tell(shop, index % 2 === 0 ? 0 : 1, callback)),
    );
    for (const { status, text } of answers) must(status === 200, `a callback was answered ${status} ${text}`);
    await watchUntilSettled(shop, id, "captured");
  },
};

const lateFailure: Scenario = {
  number: 9,
  title: 'a late "failed" callback after captured',
  run: async (shop) => {
    const { id } = await shop.pay(APPROVES);
    const declined = { status: "declined", captured: "0.00", decline_code: "card_declined" };
    const { status, text } = await tell(shop, 1, await toldOf(shop, id, declined));
    must(status === 200, `it was answered ${status} ${text}`);
    must((await shop.get(id)).status === "captured", "a late callback has changed a captured payment");
    await mustBeReported(shop, id, ["ignored"]);
  },
};

const wrongCallback: Scenario = {
  number: 10,
  title: "a callback with wrong amount, currency, merchant or signature",
  run: async (shop) => {
    shop.plant.callbacks.cut();
    const { id } = await shop.pay("4000000000009011");
    const other = await openShop(shop.plant, `other-${shop.name}`, shop.random);
    const wrong = {
      amount: { amount: "999.00" },
      currency: { currency: "INR" },
      merchant: { merchant: other.merchantId },
    };
    for (const [name, changes] of shop.random.shuffle(Object.entries(wrong))) {
      const { status, text } = await tell(shop, shop.random.pick([0, 1]), await toldOf(shop, id, changes));
      must(status === 422 || status === 200, `a wrong ${name} was answered ${status} ${text}`);
    }
    const forged = await tell(shop, 0, await toldOf(shop, id), "not the secret that both know of, but of that length");
    must(forged.status === 401, `a wrong signature was answered ${forged.status}`);
    await mustBeReported(shop, id, ["refused", "refused", "refused"]);
    await watchUntilSettled(shop, id, "captured");
  },
};

async function mustBeReported({ plant }: Shop, paymentId: string, outcomes: readonly string[]): Promise<void> {
  const rows = await plant.owner.pool<{ outcome: string }[]>`
    select outcome from gateway_callbacks where payment_id = ${paymentId} and outcome <> 'applied' and reason is not null`;
  const seen = rows.map(({ outcome }) => outcome).filter((outcome) => outcomes.includes(outcome));
  must(seen.length >= outcomes.length, `expected [${outcomes.join()}] to be noted, and [${seen.join()}] is`);
}

export const callbackScenarios = [fiftyTimes, lateFailure, wrongCallback];
