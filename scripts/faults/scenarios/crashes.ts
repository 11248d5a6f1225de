import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Order } from "../client";
import { atMoment, MOMENTS } from "../moments";
import { idIn, must, type Shop } from "../shop";
import type { Verdict } from "../tcp-proxy";
import type { Scenario } from "./scenario";

const APPROVES = "4242424242424242";

type KeyedOrder = Order & Readonly<{ key: string }>;
type Act = "payment" | "capture" | "void" | "refund";

/** Whether a call's final answer says that it was done. */
const isDone = ({ status }: Answer): boolean => status === 200 || status === 201;

/** An order of one of the four kinds, with everything that has to be there before. */
async function orderOf(shop: Shop, act: Act): Promise<KeyedOrder> {
  const key = `${shop.name}-${act}`;
  if (act === "payment") return shop.order(await shop.card(APPROVES));
  const { id } = await shop.pay(APPROVES, { capture: act === "refund" });
  const body = act === "void" ? {} : { amount: act === "refund" ? "40.00" : "60.00" };
  return { path: `/payments/${id}/${act === "refund" ? "refunds" : act}`, key, body };
}

const killedAtEachStep: Scenario = {
  number: 2,
  title: "kill -9 at each step",
  run: async (shop) => {
    const [site] = shop.plant.sites;
    const act = shop.random.pick<Act>(["payment", "payment", "payment", "capture", "void", "refund"]);
    const moment = shop.random.pick(MOMENTS);
    const order = await orderOf(shop, act);
    const killed = atMoment(site, moment, order.key, site.server.kill);
    const first = shop.send(0, order);
    await Promise.race([killed, sleep(20_000).then(() => must(false, `${act}: the moment "${moment}" never came`))]);
    const lost = await first;
    must(lost.status === 0, `${act}, ${moment}: a dead server answered ${lost.status}`);
    site.acquirer.obey({});
    site.database.obey({});
    const final = await shop.insist(1, order);
    must(isDone(final), `${act}, killed ${moment}: the final answer is ${final.status} ${final.text}`);
    const again = await shop.insist(1, order);
    must(again.replayed && again.text === final.text, `${act}, killed ${moment}: a replay is another answer`);
  },
};

const askedToStop: Scenario = {
  number: 33,
  title: "SIGTERM in the middle of a charge",
  run: async (shop) => {
    const [site] = shop.plant.sites;
    const act = shop.random.pick<Act>(["payment", "payment", "refund"]);
    const order = await orderOf(shop, act);
    const asked = Promise.withResolvers<void>();
    site.acquirer.obey({
      answer: async (): Promise<Verdict> => {
        asked.resolve();
        await sleep(shop.random.below(500));
        return "pass";
      },
    });
    const first = shop.send(0, order);
    await asked.promise;
    const ended = site.server.terminate();
    const answer = await first;
    await ended;
    must([0, 201, 202].includes(answer.status), `${act}: answered ${answer.status} ${answer.text}`);
    const final = await shop.insist(1, order);
    must(answer.status === 0 || final.text === answer.text, "the answer before the end is not the stored one");
    must(final.status === 201 || final.status === 202, `${act}: the final answer is ${final.status} ${final.text}`);
  },
};

const databaseKilled: Scenario = {
  number: 21,
  title: "Postgres stopped at once under load, started again",
  run: async (shop) => {
    const card = await shop.card(APPROVES);
    const orders = Array.from({ length: 40 }, () => shop.order(card));
    const acknowledged = new Map<string, string>();
    const waiting = [...orders.entries()];
    const payer = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, order] = next;
        const answer = await shop.send(index % 2 === 0 ? 0 : 1, order);
        must([0, 201, 202, 409, 503].includes(answer.status), `a call was answered ${answer.status} ${answer.text}`);
        if (answer.status === 201) acknowledged.set(order.key, answer.text);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, payer));
    await sleep(200 + shop.random.below(600));
    await shop.plant.restartDatabase();
    await load;
    for (const [index, order] of orders.entries()) {
      const final = await shop.insist(index % 2 === 0 ? 1 : 0, order);
      must([201, 202].includes(final.status), `after the restart: ${final.status} ${final.text}`);
      const before = acknowledged.get(order.key);
      must(before === undefined || before === final.text, `what was acknowledged is gone: ${before}`);
      await shop.get(idIn(final));
    }
  },
};

export const crashScenarios = [killedAtEachStep, databaseKilled, askedToStop];
