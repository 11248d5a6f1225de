import { setTimeout as sleep } from "node:timers/promises";
import { rotateKeys } from "@/lib/vault/rotate-keys";
import { chargeDetail, chargesOf } from "../ledger";
import { must, type Shop } from "../shop";
import type { Scenario } from "./scenario";

const CARDS = ["4242424242424242", "5555555555554444", "2223003122003222", "6521500000000006"];
const [APPROVES] = CARDS as [string];

const exhausted: Scenario = {
  number: 22,
  title: "pool exhausted, statement time-out",
  run: async (shop) => {
    const { owner } = shop.plant;
    const orders = await ordersOf(shop, 60);
    const held = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const lock = owner.pool.begin(async (sql) => {
      await sql`lock table payments in access exclusive mode`;
      held.resolve();
      await go.promise;
    });
    await held.promise;
    // In half of the runs longer than a statement may take.
    const unlocked = sleep(shop.random.pick([2000, 11_000])).then(() => go.resolve());
    const answers = await Promise.all(orders.map((order, index) => shop.send(index % 2 === 0 ? 0 : 1, order)));
    await unlocked;
    await lock;
    for (const { status, text } of answers) must([201, 202, 409, 503].includes(status), `answered ${status} ${text}`);
    for (const [index, order] of orders.entries()) {
      const final = await shop.insist(index % 2 === 0 ? 1 : 0, order);
      must([201, 202].includes(final.status), `afterwards: ${final.status} ${final.text}`);
    }
  },
};

const ordersOf = async (shop: Shop, count: number) => {
  const card = await shop.card(APPROVES);
  return Array.from({ length: count }, () => shop.order(card));
};

/** Makes the next so many changes of a table fail as the database itself makes them fail. */
async function failNext(
  shop: Shop,
  table: string,
  when: string,
  times: number,
  code: string,
): Promise<() => Promise<unknown>> {
  const { pool } = shop.plant.owner;
  await pool.unsafe(`
    create sequence faults_count;
    create function faults_fail() returns trigger language plpgsql security definer as $$ begin
      if nextval('faults_count') <= ${times} then raise exception 'a fault of the harness' using errcode = '${code}'; end if;
      return new;
    end $$;
    create trigger faults_fail before ${when} on ${table} for each row execute function faults_fail()`);
  return () =>
    pool.unsafe(`drop trigger faults_fail on ${table}; drop function faults_fail(); drop sequence faults_count`);
}

const deadlock: Scenario = {
  number: 23,
  title: "deadlock, serialisation failure",
  run: async (shop) => {
    const [site] = shop.plant.sites;
    const [order] = await ordersOf(shop, 1);
    must(order !== undefined, "there is no order");
    let charges = 0;
    site.acquirer.obey({
      request: (_wire, chunk) => {
        if (chunk.includes("POST /v1/charges HTTP")) charges += 1;
        return "pass";
      },
    });
    const code = shop.random.pick(["40P01", "40001"]);
    const restore = await failNext(
      shop,
      "payments",
      shop.random.pick(["insert", "update"]),
      1 + shop.random.below(3),
      code,
    );
    try {
      const answer = await shop.send(0, order);
      must(answer.status === 201, `answered ${answer.status} ${answer.text}`);
    } finally {
      await restore();
    }
    must(charges === 1, `the acquirer was called ${charges} times`);
  },
};

const noAudit: Scenario = {
  number: 24,
  title: "the audit insert fails",
  run: async (shop) => {
    const { owner, sandbox } = shop.plant;
    const [order] = await ordersOf(shop, 1);
    must(order !== undefined, "there is no order");
    const shocks = shop.shocks.length;
    // Only this merchant's: the product's other work goes on.
    await owner.pool.unsafe(`
      create function faults_audit() returns trigger language plpgsql as $$ begin
        if new.merchant_id = '${shop.merchantId}' then raise exception 'a fault of the harness' using errcode = '53100'; end if;
        return new;
      end $$;
      create trigger faults_audit before insert on audit_entries for each row execute function faults_audit()`);
    try {
      const { status, text } = await shop.send(0, order);
      must(status === 503 || status === 500, `a payment without an audit row was answered ${status} ${text}`);
    } finally {
      await owner.pool.unsafe("drop trigger faults_audit on audit_entries; drop function faults_audit()");
    }
    // A full disk may be called an error of ours.
    shop.shocks.splice(shocks);
    const left = await owner.pool`
      select key from idempotency_keys where key = ${order.key}
      union all select id from payments where merchant_id = ${shop.merchantId}`;
    must(left.length === 0, "the change was kept without its audit row");
    must((await chargesOf(sandbox.url, shop.name)).length === 0, "it was charged without an audit row");
    const final = await shop.insist(1, order);
    must(final.status === 201, `afterwards: ${final.status} ${final.text}`);
  },
};

const rotation: Scenario = {
  number: 31,
  title: "key rotation under load",
  run: async (shop) => {
    const { app, masterKey, sandbox } = shop.plant;
    const cards = await Promise.all(CARDS.map(async (number) => ({ number, token: await shop.card(number) })));
    const rotated = rotateKeys(app, masterKey, { batch: 2 });
    let isOver = false;
    const watched = rotated.finally(() => {
      isOver = true;
    });
    watched.catch(() => undefined);
    for (let round = 0; round < 3 || !isOver; round += 1) {
      const answers = await Promise.all(
        cards.map(({ token, number }, index) =>
          shop.insist(index % 2 === 0 ? 0 : 1, shop.order(token, { description: number.slice(-4) })),
        ),
      );
      for (const { status, text } of answers) must(status === 201, `during the rotation: ${status} ${text}`);
      await shop.card(shop.random.pick(CARDS));
    }
    const reports = await watched;
    must(
      reports.every(({ unreadable }) => unreadable.length === 0),
      "a card could not be opened",
    );
    const rows = await shop.plant.owner.pool<{ id: string; description: string }[]>`
      select id, description from payments where merchant_id = ${shop.merchantId}`;
    for (const { id, idempotency_key: key } of await chargesOf(sandbox.url, shop.name)) {
      const { card } = await chargeDetail(sandbox.url, id);
      const asked = rows.find((row) => row.id === key)?.description;
      must(Object(card).last4 === asked, `another card was charged: ${String(Object(card).last4)} instead of ${asked}`);
    }
  },
};

export const databaseScenarios = [exhausted, deadlock, noAudit, rotation];
