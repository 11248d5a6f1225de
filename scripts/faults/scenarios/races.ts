import { chargesOf } from "../ledger";
import { must } from "../shop";
import type { Scenario } from "./scenario";

const APPROVES = "4242424242424242";

const hundredRefunds: Scenario = {
  number: 15,
  title: "100 refunds at once, adding to three times the charge",
  run: async (shop) => {
    const { id } = await shop.pay(shop.random.pick([APPROVES, "5555555555554444"]));
    // Of 100.00: fifty of 4.00 and fifty of 2.00. However they come, nothing is left in the end.
    const amounts = shop.random.shuffle([...Array<string>(50).fill("4.00"), ...Array<string>(50).fill("2.00")]);
    const answers = await Promise.all(
      amounts.map((amount, index) =>
        shop.insist(index % 2 === 0 ? 0 : 1, {
          path: `/payments/${id}/refunds`,
          key: `${shop.name}-refund-${index}`,
          body: { amount },
        }),
      ),
    );
    const taken = answers.filter(({ status }) => status === 201).length;
    for (const { status, text } of answers)
      must([201, 422].includes(status), `a refund was answered ${status} ${text}`);
    must(taken < 100, "all of them were accepted");
    const payment = await shop.get(id);
    if (payment.amount_refunded !== "100.00") {
      // Some may be pending still; the invariants wait for them.
      must(
        answers.some(({ text }) => text.includes('"pending"')),
        `refunded ${payment.amount_refunded} of 100.00`,
      );
    }
  },
};

const allAtOnce: Scenario = {
  number: 16,
  title: "refund, void and capture at once",
  run: async (shop) => {
    const { id } = await shop.pay(APPROVES, { capture: false });
    const acts = shop.random.shuffle([
      ["capture", { amount: "70.00" }],
      ["void", {}],
      ["refunds", { amount: "30.00" }],
      ["capture", {}],
      ["void", {}],
      ["refunds", {}],
    ] as const);
    const answers = await Promise.all(
      acts.map(([act, body], index) =>
        shop.insist(index % 2 === 0 ? 0 : 1, {
          path: `/payments/${id}/${act}`,
          key: `${shop.name}-${act}-${index}`,
          body,
        }),
      ),
    );
    for (const { status, text } of answers) {
      must([200, 201, 202, 409, 422].includes(status), `it was answered ${status} ${text}`);
    }
    const holds = acts.filter(([act], index) => act !== "refunds" && [200, 202].includes(answers[index]?.status ?? 0));
    must(holds.length === 1, `${holds.length} of the captures and voids were done`);
    const [charge] = await chargesOf(shop.plant.sandbox.url, shop.name);
    must(charge !== undefined && charge.status !== "authorized", "nothing has become of the hold");
  },
};

export const raceScenarios = [hundredRefunds, allAtOnce];
