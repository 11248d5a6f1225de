import { setTimeout as sleep } from "node:timers/promises";
import { deleteExpired } from "@/lib/background/sweep-store";
import { chargesOf } from "../ledger";
import { LEASE_MS } from "../plant";
import { must, openShop, statusIn, watchUntilSettled } from "../shop";
import type { Verdict } from "../tcp-proxy";
import type { Scenario } from "./scenario";

const APPROVES = "4242424242424242";
const CALLS = 200;

const manyCalls: Scenario = {
  number: 1,
  title: "200 calls with one key over two servers, one killed",
  run: async (shop) => {
    const { sites } = shop.plant;
    const order = shop.order(await shop.card(APPROVES));
    const killed = sleep(shop.random.below(400)).then(() => sites[1].server.kill());
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, index) => shop.send(index % 2 === 0 ? 0 : 1, order)),
    );
    await killed;
    const last = await shop.insist(0, order);
    must(last.status === 201, `the key's answer in the end is ${last.status} ${last.text}`);
    for (const { status, text } of answers) {
      must([0, 201, 409].includes(status), `a call was answered ${status} ${text}`);
      must(status !== 201 || text === last.text, "two calls with one key were answered differently");
    }
  },
};

const pausedHolder: Scenario = {
  number: 11,
  title: "the holder of a lease sleeps past it, another takes over, the holder goes on",
  run: async (shop) => {
    const [first] = shop.plant.sites;
    const order = shop.order(await shop.card(APPROVES));
    const [asleep, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    first.acquirer.obey({
      answer: async (): Promise<Verdict> => {
        first.server.pause();
        asleep.resolve();
        await awake.promise;
        return "pass";
      },
    });
    try {
      const sleeper = shop.send(0, order);
      await asleep.promise;
      await sleep(LEASE_MS + shop.random.below(1500));
      const taken = await shop.insist(1, order);
      first.server.resume();
      awake.resolve();
      const late = await sleeper;
      must(
        taken.status === 201 && statusIn(taken) === "captured",
        `the other was answered ${taken.status} ${taken.text}`,
      );
      must(
        late.status === 0 || late.text === taken.text,
        `the sleeper was answered differently: ${late.status} ${late.text}`,
      );
      const again = await shop.insist(0, order);
      must(again.text === taken.text && again.replayed, "the stored answer was changed by the sleeper");
    } finally {
      first.server.resume();
      awake.resolve();
    }
  },
};

const otherBody: Scenario = {
  number: 12,
  title: "same key, other body, while the first runs",
  run: async (shop) => {
    const [first] = shop.plant.sites;
    const order = shop.order(await shop.card(APPROVES));
    const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    first.acquirer.obey({
      answer: async (): Promise<Verdict> => {
        asked.resolve();
        await go.promise;
        return "pass";
      },
    });
    const running = shop.send(0, order);
    await asked.promise;
    const others = await Promise.all(
      [0, 1].map((site) =>
        shop.send(site === 0 ? 0 : 1, { ...order, body: { ...Object(order.body), amount: "1.00" } }),
      ),
    );
    go.resolve();
    for (const { status, text } of others) must(status === 422, `another body was answered ${status} ${text}`);
    const { status, text } = await running;
    must([201, 202].includes(status), `the first was answered ${status} ${text}`);
  },
};

const twoMerchants: Scenario = {
  number: 13,
  title: "same key, two merchants",
  run: async (shop) => {
    const other = await openShop(shop.plant, `other-${shop.name}`, shop.random);
    const order = shop.order(await shop.card(APPROVES));
    const theirs = { ...other.order(await other.card(APPROVES)), key: order.key };
    const [one, two] = await Promise.all([shop.insist(0, order), other.insist(1, theirs)]);
    must(one.status === 201 && two.status === 201, `answered ${one.status} and ${two.status}`);
    must(!one.replayed && !two.replayed && one.text !== two.text, "one merchant was given the other's answer");
    const charges = await chargesOf(shop.plant.sandbox.url, other.name);
    must(charges.length === 1, `the other merchant's payment was charged ${charges.length} times`);
  },
};

const oldKey: Scenario = {
  number: 14,
  title: "a key past its retention while its payment is pending",
  run: async (shop) => {
    const { sites, owner, app, callbacks } = shop.plant;
    callbacks.cut();
    const order = shop.order(await shop.card(APPROVES));
    for (const { acquirer } of sites) acquirer.cut();
    const first = await shop.insist(0, order);
    must(first.status === 202, `answered ${first.status} ${first.text}`);
    const age = () =>
      owner.pool`update idempotency_keys set created_at = now() - interval '90 hours' where key = ${order.key}`;
    await age();
    await deleteExpired(app.db);
    const again = await shop.insist(1, order);
    must(again.replayed && again.text === first.text, "the key of a pending payment was forgotten");
    for (const { acquirer } of sites) acquirer.mend();
    await watchUntilSettled(shop, (JSON.parse(first.text) as { id: string }).id, "captured");
  },
};

export const keyScenarios = [manyCalls, pausedHolder, otherBody, twoMerchants, oldKey];
