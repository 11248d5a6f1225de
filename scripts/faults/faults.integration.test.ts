import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { ensureBuild } from "../demo/build";
import { ROOT } from "../root";
import { checkInvariants, logLengths } from "./invariants";
import { type Plant, startPlant } from "./plant";
import { randomOf } from "./random";
import { runOne } from "./run-one";
import { SCENARIOS } from "./scenarios/all";
import { openShop, type Shop } from "./shop";

/** The build is made once, by whichever test needs it first; two servers start on a busy machine. */
const START_MS = 400_000;
const RUN_MS = 90_000;

/** `npm run faults` runs all; these are of each kind one, and of the kinds that need no long wait. */
const SHORT = [5, 7, 15, 23, 24];
const RUN = inject("isFull") ? [2, ...SHORT, 16] : SHORT;

const scenario = (number: number) => {
  const found = SCENARIOS.find((one) => one.number === number);
  if (!found) throw new Error(`there is no scenario ${number}`);
  return found;
};

beforeAll(() => ensureBuild({ root: ROOT }), START_MS);

describe("faults: a short run", () => {
  let plant: Plant;
  beforeAll(async () => {
    plant = await startPlant(ROOT);
  }, START_MS);
  afterAll(() => plant.stop(), RUN_MS);

  it.each(RUN)("scenario %i violates nothing", { timeout: RUN_MS }, async (number) => {
    const { violations } = await runOne(plant, scenario(number), number);
    expect(violations).toEqual([]);
  });

  describe("harness.can-fail: each invariant is seen to be broken", () => {
    const broken = async (breakIt: (shop: Shop, paymentId: string) => Promise<unknown> | unknown) => {
      const from = logLengths(plant);
      const shop = await openShop(plant, `broken-${Math.random().toString(36).slice(2)}`, randomOf(1));
      const { id } = await shop.pay("4242424242424242");
      expect(await checkInvariants(shop, from)).toEqual([]);
      await breakIt(shop, id);
      return (await checkInvariants(shop, from)).map((violation) => violation.slice(0, 2));
    };
    /** As the owner, past the product. */
    const tamper = (statement: string) =>
      transact(plant.owner, systemContext("tamperer"), (tx) => tx.execute(statement));

    const chargeAgain = async ({ name }: Shop) =>
      fetch(`${plant.sandbox.url}/v1/charges`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `stray-${name}` },
        body: JSON.stringify({
          ...{ amount: "100.00", currency: "USD", capture: true, reference: `${name}-n1`, merchant: "somebody" },
          card: { number: "4242424242424242", exp_month: 12, exp_year: 2040 },
        }),
      });

    it.each([
      ["I1", "a second charge", chargeAgain],
      [
        "I2",
        "another amount here",
        (_: Shop, id: string) => tamper(`update payments set captured_minor = 1 where id = '${id}'`),
      ],
      [
        "I4",
        "a change that the trail does not tell",
        async (_: Shop, id: string) => {
          await plant.owner.pool`alter table payments disable trigger user`;
          await plant.owner
            .pool`update payments set status = 'refunded', refunded_minor = captured_minor where id = ${id}`;
          await plant.owner.pool`alter table payments enable trigger user`;
        },
      ],
      [
        "I5",
        "a secret in a log",
        ({ apiKey }: Shop) => appendFileSync(plant.sites[1].logFile, `secret ${apiKey.secret}\n`),
      ],
    ] as const)("%s: %s", { timeout: RUN_MS }, async (invariant, _what, breakIt) => {
      expect(await broken(breakIt)).toContain(invariant);
    });
  });
});
