import { setTimeout as sleep } from "node:timers/promises";
import { chargesOf } from "../ledger";
import { idIn, must, type Shop, statusIn, watchUntilSettled } from "../shop";
import type { Rules, Verdict } from "../tcp-proxy";
import type { Scenario } from "./scenario";

const APPROVES = "4242424242424242";

/** A payment whose answer is lost stays pending, and becomes what the acquirer's books say. */
async function lostAnswer(shop: Shop, number: string, rules: Rules = {}): Promise<void> {
  const [site] = shop.plant.sites;
  // In half of the runs nobody calls back: then only the reconciler finds out.
  if (shop.random.below(2) === 0) shop.plant.callbacks.cut();
  const order = shop.order(await shop.card(number));
  site.acquirer.obey(rules);
  const answer = await shop.insist(0, order);
  site.acquirer.obey({});
  must([201, 202].includes(answer.status), `answered ${answer.status} ${answer.text}`);
  must(["pending", "captured"].includes(statusIn(answer)), `it is ${statusIn(answer)} at once`);
  await watchUntilSettled(shop, idIn(answer), "captured");
  const charges = await chargesOf(shop.plant.sandbox.url, shop.name);
  must(charges.length === 1, `I1: charged ${charges.length} times`);
}

export const neverAnswers: Scenario = {
  number: 3,
  title: "the acquirer charges, then never answers",
  run: (shop) => lostAnswer(shop, "4000000000009011"),
};

const neverCharges: Scenario = {
  number: 4,
  title: "the acquirer never answers and has not charged",
  run: (shop) => lostAnswer(shop, shop.random.pick(["4000000000009029", "4000000000009045"])),
};

const brokenAnswer: Scenario = {
  number: 5,
  title: "connection reset after the charge, half a document",
  run: (shop) => {
    const cutShort: Rules = {
      answer: (_wire, chunk) => ({ replaceWith: chunk.subarray(0, shop.random.below(chunk.length)), andThen: "close" }),
    };
    return shop.random.pick([
      () => lostAnswer(shop, "4000000000009060"),
      () => lostAnswer(shop, "4000000000009078"),
      () => lostAnswer(shop, APPROVES, cutShort),
    ])();
  },
};

const serverError: Scenario = {
  number: 6,
  title: "the acquirer answers 500 after the charge",
  run: (shop) => lostAnswer(shop, "4000000000009037"),
};

const slowAnswer: Scenario = {
  number: 8,
  title: "the callback before the HTTP answer",
  run: async (shop) => {
    const [site] = shop.plant.sites;
    const order = shop.order(await shop.card(shop.random.pick([APPROVES, "4000000000009094"])));
    site.acquirer.obey({
      answer: async (): Promise<Verdict> => {
        await sleep(150 + shop.random.below(500));
        return "pass";
      },
    });
    const answer = await shop.insist(0, order);
    must(answer.status === 201 && statusIn(answer) === "captured", `answered ${answer.status} ${answer.text}`);
    const again = await shop.insist(1, order);
    must(again.replayed && again.text === answer.text, "a replay is another answer");
  },
};

export const acquirerScenarios = [neverAnswers, neverCharges, brokenAnswer, serverError, slowAnswer];
