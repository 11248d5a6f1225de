import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { transact } from "@/db/transact";
import type { ChargeOutcome, OperationOutcome, RefundOutcome } from "@/lib/gateway/payment-gateway";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import type { PaymentId } from "@/lib/ids/id";
import { settleOperation, settleReleasedHold } from "./settle-operation";
import { settlePendingPayment } from "./settle-payment";
import { settleRefund, settleReturnedRefund } from "./settle-refund";
import { type OperationDesk, openOperationDesk } from "./testing/operation-desk";
import { codeOf, idIn } from "./testing/payment-desk";

let desk: OperationDesk;
beforeAll(async () => {
  desk = await openOperationDesk("http://127.0.0.1:9");
});
afterAll(() => desk.world.close());

/**
 * The reference model: money as piles of whole units, whatever Postgres calls it. A word is what the acquirer says: yes, no, or
 * nothing at all.
 */
type Word = "yes" | "no" | "nothing";
type Model = {
  decided: Word;
  capture: boolean;
  held: number;
  taken: number;
  back: number;
  released: boolean;
  operation: { type: "capture"; amount: number } | { type: "void" } | null;
  /** Refunds whose outcome nobody knows, oldest first. */
  asked: number[];
  /** Refunds that were given, in the order in which they were. */
  given: number[];
  events: string[];
};
type Real = { id: PaymentId };

const claimed = ({ asked }: Model) => asked.reduce((sum, units) => sum + units, 0);
const left = (model: Model) => model.taken - model.back - claimed(model);
const isHeld = ({ decided, held, released }: Model) => decided === "yes" && held > 0 && !released;

function statusOf({ decided, held, taken, back, released }: Model): string {
  if (decided !== "yes") return decided === "no" ? "failed" : "pending";
  if (released) return "voided";
  if (held > 0) return "authorized";
  if (back === 0) return "captured";
  return back === taken ? "refunded" : "partially_refunded";
}

const charged = (word: Word, capture: boolean): ChargeOutcome => {
  if (word === "nothing") return { kind: "unknown", reason: "no answer" };
  if (word === "no") return { kind: "declined", code: "card_declined", message: "No.", gatewayReference: null };
  return { kind: "approved", state: capture ? "captured" : "authorized", gatewayReference: "ch_model" };
};
const NO = { kind: "refused", code: "refused", message: "No." } as const;
const operated = (word: Word): OperationOutcome => {
  if (word === "nothing") return { kind: "unknown", reason: "no answer" };
  return word === "yes" ? { kind: "done" } : NO;
};
const refunded = (word: Word): RefundOutcome => {
  if (word === "nothing") return { kind: "unknown", reason: "no answer" };
  if (word === "no") return NO;
  return { kind: "succeeded", gatewayReference: "re_model" };
};

function decide(model: Model, word: Word): void {
  if (model.decided !== "nothing" || word === "nothing") return;
  model.decided = word;
  if (word === "yes" && model.capture) Object.assign(model, { taken: model.held, held: 0 });
  model.events.push(word === "no" ? "payment.failed" : model.capture ? "payment.captured" : "payment.authorized");
}

function finishOperation(model: Model, word: Word): void {
  const { operation } = model;
  if (operation === null || word === "nothing") return;
  model.operation = null;
  if (word === "no") return;
  if (operation.type === "void") model.released = true;
  else Object.assign(model, { taken: operation.amount, held: 0 });
  model.events.push(operation.type === "void" ? "payment.voided" : "payment.captured");
}

function finishRefund(model: Model, place: number, word: Word): void {
  if (word === "nothing") return;
  const [units = 0] = model.asked.splice(place, 1);
  if (word === "yes") {
    model.back += units;
    model.given.push(units);
  }
  model.events.push(word === "yes" ? "refund.succeeded" : "refund.failed");
}

/** Postgres says what the model says. */
async function compare(model: Model, { id }: Real): Promise<void> {
  const payment = await desk.payment(id);
  expect(payment).toMatchObject({
    status: statusOf(model),
    capturedMinor: BigInt(model.taken),
    refundedMinor: BigInt(model.back),
    refundPendingMinor: BigInt(claimed(model)),
  });
  expect(payment.operation?.type ?? null).toBe(model.operation?.type ?? null);
  expect((await desk.told(id)).events.toSorted()).toEqual(model.events.toSorted());
}

class Step implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #act: (model: Model, real: Real) => Promise<void>;
  constructor(name: string, act: (model: Model, real: Real) => Promise<void>) {
    this.#name = name;
    this.#act = act;
  }
  check = () => true;
  toString = () => this.#name;
  async run(model: Model, real: Real) {
    await this.#act(model, real);
    await compare(model, real);
  }
}

const yen = (units: number) => String(units);
const word = fc.constantFrom<Word>("yes", "no", "nothing");
const units = fc.integer({ min: 1, max: 12 });
const settled = <T>(work: (tx: Parameters<Parameters<typeof transact<T>>[2]>[0]) => Promise<T>) =>
  transact(desk.world.client, desk.context, work);

const hearOfCharge = word.map(
  (said) =>
    new Step(`the charge: ${said}`, async (model, { id }) => {
      await settled((tx) => settlePendingPayment(tx, { ...desk.scope, id }, charged(said, model.capture)));
      decide(model, said);
    }),
);
const capture = fc.tuple(units, word).map(
  ([amount, said]) =>
    new Step(`capture ${amount}: ${said}`, async (model, { id }) => {
      const gateway = gatewayWith({ capture: async () => operated(said) });
      const code = await codeOf(desk.capture(id, yen(amount), { gateway }));
      const isFree = isHeld(model) && model.operation === null;
      expect(code).toBe(!isFree ? "invalid_state" : amount > model.held ? "amount_exceeds_authorized" : null);
      if (code === null) model.operation = { type: "capture", amount };
      if (code === null) finishOperation(model, said);
    }),
);
const letGo = word.map(
  (said) =>
    new Step(`void: ${said}`, async (model, { id }) => {
      const gateway = gatewayWith({ voidHold: async () => operated(said) });
      const code = await codeOf(desk.voidHold(id, { gateway }));
      expect(code).toBe(isHeld(model) && model.operation === null ? null : "invalid_state");
      if (code === null) model.operation = { type: "void" };
      if (code === null) finishOperation(model, said);
    }),
);
const hearOfOperation = word.map(
  (said) =>
    new Step(`the operation: ${said}`, async (model, { id }) => {
      const { operation } = await desk.payment(id);
      if (operation) await settled((tx) => settleOperation(tx, { ...desk.scope, id }, operation.id, operated(said)));
      finishOperation(model, said);
    }),
);
const refund = fc.tuple(units, word).map(
  ([amount, said]) =>
    new Step(`refund ${amount}: ${said}`, async (model, { id }) => {
      const gateway = gatewayWith({ refund: async () => refunded(said) });
      const code = await codeOf(desk.refund(id, yen(amount), { gateway }));
      const isTaken = ["captured", "partially_refunded", "refunded"].includes(statusOf(model));
      expect(code).toBe(!isTaken ? "invalid_state" : amount > left(model) ? "amount_exceeds_refundable" : null);
      if (code !== null) return;
      model.asked.push(amount);
      finishRefund(model, model.asked.length - 1, said);
    }),
);
const hearOfRefund = word.map(
  (said) =>
    new Step(`the oldest refund: ${said}`, async (model, { id }) => {
      if (model.asked.length === 0) return;
      const pending = (await desk.refundsOf(id)).filter(({ status }) => status === "pending");
      const [oldest] = pending.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
      if (!oldest) throw new Error("no refund is pending");
      const place = model.asked.indexOf(Number(oldest.amountMinor));
      await settled((tx) => settleRefund(tx, { ...desk.scope, id: oldest.id }, refunded(said)));
      finishRefund(model, place, said);
    }),
);

const hearOfRelease = fc.constant(
  new Step("the hold ended elsewhere", async (model, { id }) => {
    await settled((tx) => settleReleasedHold(tx, { ...desk.scope, id }));
    if (!isHeld(model)) return;
    Object.assign(model, { operation: null, released: true });
    model.events.push("payment.voided");
  }),
);
const hearOfReturn = fc.constant(
  new Step("a refund comes back", async (model, { id }) => {
    const [given] = (await desk.refundsOf(id)).filter(({ status }) => status === "succeeded");
    expect(given === undefined).toBe(model.given.length === 0);
    if (!given) return;
    const units = Number(given.amountMinor);
    model.given.splice(model.given.indexOf(units), 1);
    await settled((tx) => settleReturnedRefund(tx, { ...desk.scope, id: given.id }, NO));
    model.back -= units;
    model.events.push("refund.failed");
  }),
);

it("Postgres does what the model does, whatever is asked of it, whatever the acquirer says, in whatever order", async () => {
  const steps = fc.commands(
    [hearOfCharge, capture, letGo, hearOfOperation, refund, refund, hearOfRefund, hearOfRelease, hearOfReturn],
    { maxCommands: 20 },
  );
  await fc.assert(
    fc.asyncProperty(units, fc.boolean(), word, steps, async (held, takes, said, run) => {
      await fc.asyncModelRun(async () => {
        const model: Model = {
          ...{ decided: "nothing", capture: takes, held, taken: 0, back: 0 },
          ...{ released: false, operation: null, asked: [], given: [], events: [] },
        };
        const order = desk.call(desk.newKey(), { amount: yen(held), currency: "JPY", capture: takes });
        const gateway = gatewayWith({ charge: async () => charged(said, takes) });
        const id = idIn((await desk.pay(order, { gateway })).body);
        decide(model, said);
        return { model, real: { id } };
      }, run);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);
