import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowSeconds } from "@/db/now-seconds";
import { newId, type PaymentId } from "@/lib/ids/id";
import { createPayment } from "@/lib/payments/create-payment";
import { refundPayment } from "@/lib/payments/refund-payment";
import { StepUpRequired } from "@/lib/step-up/demand";
import type { SignedIn } from "@/lib/step-up/testing/step-up-desk";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { issueNonce, NONCE_SECONDS } from "./form-nonce";
import { operateFromDashboard, refundFromDashboard } from "./move-money";
import { type DashboardDesk, openDashboardDesk } from "./testing/dashboard-desk";

let sandbox: Sandbox;
let desk: DashboardDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openDashboardDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

const fingerprint = Buffer.alloc(32);
const apiRequest = (person: SignedIn, key: string) => {
  const { merchantId } = person.user;
  return { merchantId, mode: "test", key, method: "POST", path: "/", fingerprint } as const;
};

/** A hold on the card of a payment that was taken by hand. */
async function held() {
  const person = await desk.person();
  const { cardId, amountMinor, currency } = await desk.paymentOf(person, await desk.taken(person));
  const { body } = await createPayment(desk.services, person.context, apiRequest(person, newId("evt")), {
    scope: { merchantId: person.user.merchantId, mode: "test" },
    amount: { currency, minor: amountMinor },
    cardId,
    customerId: null,
    capture: false,
    reference: null,
    description: null,
    metadata: {},
    cvc: null,
  });
  return { person, id: (JSON.parse(body) as { id: PaymentId }).id };
}

async function captured() {
  const person = await desk.person();
  return { person, id: await desk.taken(person) };
}

/** What a person sends who looks at the payment now. */
async function refundForm(person: SignedIn, id: PaymentId) {
  const { refund } = await desk.forms(person, id);
  if (!refund) throw new Error("there is nothing to refund");
  return (amount: string, reason: string | null = null) =>
    refundFromDashboard(desk.moneyOf(person), { paymentId: id, nonce: refund.nonce, amount, reason });
}

const bookedOf = async (id: PaymentId) => (await desk.ledger({ idempotency_key: id }))[0];

describe("refund.step-up: the attack is a browser that was left open", () => {
  it("without a proof for exactly this nothing moves: not with another amount's, nor another payment's, nor twice with one", async () => {
    const { person, id } = await captured();
    const other = await desk.taken(person);
    const send = await refundForm(person, id);
    const error = await send("40.00").catch((thrown: unknown) => thrown);
    if (!(error instanceof StepUpRequired)) throw new Error("no proof was asked for");
    expect(error.demand).toEqual({
      purpose: "refund.create",
      binds: { payment: id, amount: "40.00", currency: "INR" },
      description: "Refund ₹40.00 INR to the card ending in 4242",
    });
    await desk.prove(person, id, "40.01");
    await desk.prove(person, other, "40.00");
    await expect(send("40.00")).rejects.toBeInstanceOf(StepUpRequired);
    expect(await desk.refundsOf(id)).toEqual([]);
    expect(await bookedOf(id)).toMatchObject({ refunded: "0.00" });

    await desk.prove(person, id, "40.00");
    expect(await send("40.00")).toMatchObject({ kind: "done", again: false });
    const next = await refundForm(person, id);
    await expect(next("40.00")).rejects.toBeInstanceOf(StepUpRequired);
    expect(await bookedOf(id)).toMatchObject({ refunded: "40.00" });
  });

  it("up to the merchant's limit none is asked for; over it in several pieces is over it", async () => {
    const { person, id } = await captured();
    await desk.limit(person, "INR", 5000n);
    await desk.limit(person, "USD", 999_999n);
    expect(await (await refundForm(person, id))("30.00")).toMatchObject({ kind: "done" });
    expect(await (await refundForm(person, id))("20.00")).toMatchObject({ kind: "done" });
    await expect((await refundForm(person, id))("0.01")).rejects.toBeInstanceOf(StepUpRequired);
    expect(await bookedOf(id)).toMatchObject({ refunded: "50.00" });
  });
});

describe("refund.step-up-foretold: a dialog that says nothing of the proof makes people prove what they did not mean to", () => {
  const free = async (person: SignedIn, id: PaymentId) => (await desk.forms(person, id)).refund?.freeMinor;

  it("says how much needs none: nothing without a limit, and with one what other refunds have left of it", async () => {
    const { person, id } = await captured();
    expect(await free(person, id)).toBe(0n);
    await desk.limit(person, "INR", 5000n);
    expect(await free(person, id)).toBe(5000n);
    expect(await (await refundForm(person, id))("30.00")).toMatchObject({ kind: "done" });
    expect(await free(person, id)).toBe(2000n);
    await expect((await refundForm(person, id))("20.01")).rejects.toBeInstanceOf(StepUpRequired);
    expect(await (await refundForm(person, id))("20.00")).toMatchObject({ kind: "done" });
    expect(await free(person, id)).toBe(0n);
  });
});

describe("refund.one-form: the attack is a double click, two tabs, or a colleague at the same moment", () => {
  it("twenty sendings of one form at once give back once", async () => {
    const { person, id } = await captured();
    await desk.prove(person, id, "40.00");
    const send = await refundForm(person, id);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send("40.00", "Returned")));
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "done"));
    expect(outcomes.filter((outcome) => "again" in outcome && !outcome.again)).toHaveLength(1);
    expect(await desk.refundsOf(id)).toEqual([expect.objectContaining({ amountMinor: 4000n, reason: "Returned" })]);
    expect(await bookedOf(id)).toMatchObject({ refunded: "40.00" });
  });

  it("two tabs that show the same give back once; another amount in the second is refused until it was looked at", async () => {
    const { person, id } = await captured();
    await desk.limit(person, "INR", 999_999n);
    const [first, second] = [await refundForm(person, id), await refundForm(person, id)];
    expect(await first("40.00")).toMatchObject({ kind: "done", again: false });
    expect(await second("40")).toMatchObject({ kind: "done", again: true });
    await expect(second("60.00")).rejects.toMatchObject({ code: "invalid_state", message: /has changed since/ });
    expect(await bookedOf(id)).toMatchObject({ refunded: "40.00" });
    expect(await (await refundForm(person, id))("60.00")).toMatchObject({ kind: "done" });
  });

  it("after a refund over the API the page has to be looked at again", async () => {
    const { person, id } = await captured();
    await desk.limit(person, "INR", 999_999n);
    const send = await refundForm(person, id);
    const order = { paymentId: id, amount: "10.00", reason: null };
    await refundPayment(desk.services, person.context, apiRequest(person, "over-the-api"), order);
    await expect(send("10.00")).rejects.toMatchObject({ code: "invalid_state", message: /has changed since/ });
    expect(await desk.refundsOf(id)).toHaveLength(1);
  });
});

describe("money.amounts: more than there is, or not an amount", () => {
  it.each([
    ["100.01", "amount_exceeds_refundable", "At most ₹100.00 is left to refund."],
    ["1,000", "amount_invalid", "with digits and a point only"],
    ["1.001", "amount_invalid", "2 decimals at most"],
    ["0", "amount_invalid", "above zero"],
    ["", "amount_invalid", "Type an amount"],
  ])("a refund of %s is refused in words, and asks for no proof", async (amount, code, words) => {
    const { person, id } = await captured();
    const refused = { code, message: expect.stringContaining(words), fields: [{ pointer: "/amount" }] };
    await expect((await refundForm(person, id))(amount)).rejects.toMatchObject(refused);
    expect(await desk.refundsOf(id)).toEqual([]);
  });

  it("a hold gives no more than it holds", async () => {
    const { person, id } = await held();
    const { capture } = await desk.forms(person, id);
    const order = { paymentId: id, nonce: capture?.nonce ?? "", amount: "100.01" };
    const refused = { code: "amount_exceeds_authorized", message: "At most ₹100.00 is held." };
    await expect(operateFromDashboard(desk.moneyOf(person), "capture", order)).rejects.toMatchObject(refused);
  });
});

describe("hold.one-form", () => {
  it("a part is captured once, whoever sends it again; then it can be refunded, and no more be voided", async () => {
    const { person, id } = await held();
    const before = await desk.forms(person, id);
    expect(before).toMatchObject({ capture: { leftMinor: 10_000n }, refund: null });
    const capture = () =>
      operateFromDashboard(desk.moneyOf(person), "capture", {
        paymentId: id,
        nonce: before.capture?.nonce ?? "",
        amount: "60.00",
      });
    const outcomes = await Promise.all(Array.from({ length: 10 }, capture));
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "done"));
    expect(await bookedOf(id)).toMatchObject({ status: "captured", captured: "60.00" });
    expect(await desk.forms(person, id)).toMatchObject({ capture: null, void: null, refund: { leftMinor: 6000n } });
    const letGo = { paymentId: id, nonce: before.void?.nonce ?? "", amount: null };
    await expect(operateFromDashboard(desk.moneyOf(person), "void", letGo)).rejects.toMatchObject({
      code: "invalid_state",
    });
  });

  it("a void lets go, once", async () => {
    const { person, id } = await held();
    const { void: form } = await desk.forms(person, id);
    const letGo = () =>
      operateFromDashboard(desk.moneyOf(person), "void", { paymentId: id, nonce: form?.nonce ?? "", amount: null });
    expect(await letGo()).toMatchObject({ kind: "done", again: false });
    expect(await letGo()).toMatchObject({ kind: "done", again: true });
    expect(await bookedOf(id)).toMatchObject({ status: "voided" });
    expect(await desk.forms(person, id)).toEqual({ capture: null, void: null, refund: null });
  });
});

describe("money.old-form: a dialog was open for longer than its nonce is good for", () => {
  const old = async (person: SignedIn, form: "capture" | "refund", id: PaymentId, seen: string) => {
    const { services } = desk;
    const opened = (await nowSeconds(services.client.db)) - NONCE_SECONDS - 1;
    return issueNonce(services.ring, desk.terminalOf(person).holder, form, `${id}:${seen}`, opened);
  };

  it("nothing is refunded, and the form is good again as long as nothing has happened since", async () => {
    const { person, id } = await captured();
    await desk.limit(person, "INR", 999_999n);
    const nonce = await old(person, "refund", id, "nothing");
    const order = { paymentId: id, amount: "40.00", reason: null };
    const first = await refundFromDashboard(desk.moneyOf(person), { ...order, nonce });
    if (first.kind !== "renewed") throw new Error(first.kind);
    expect(await desk.refundsOf(id)).toEqual([]);
    expect(await refundFromDashboard(desk.moneyOf(person), { ...order, nonce: first.nonce })).toMatchObject({
      kind: "done",
      again: false,
    });
    const changed = { code: "invalid_state", message: /has changed since/ };
    await expect(refundFromDashboard(desk.moneyOf(person), { ...order, nonce })).rejects.toMatchObject(changed);
    expect(await bookedOf(id)).toMatchObject({ refunded: "40.00" });
  });

  it("nothing is captured either", async () => {
    const { person, id } = await held();
    const nonce = await old(person, "capture", id, "nothing");
    const order = { paymentId: id, amount: "60.00" };
    const first = await operateFromDashboard(desk.moneyOf(person), "capture", { ...order, nonce });
    if (first.kind !== "renewed") throw new Error(first.kind);
    expect(await bookedOf(id)).toMatchObject({ status: "authorized" });
    await operateFromDashboard(desk.moneyOf(person), "capture", { ...order, nonce: first.nonce });
    const changed = { code: "invalid_state", message: /has changed since/ };
    const again = operateFromDashboard(desk.moneyOf(person), "capture", { ...order, nonce });
    await expect(again).rejects.toMatchObject(changed);
    expect(await bookedOf(id)).toMatchObject({ status: "captured", captured: "60.00" });
  });
});

describe("money.own: the attack is another merchant's payment, or a nonce from elsewhere", () => {
  it("another merchant's payment is one that never was", async () => {
    const { person, id } = await captured();
    const stranger = await desk.person();
    const { refund } = await desk.forms(person, id);
    const order = { paymentId: id, nonce: refund?.nonce ?? "", amount: "1.00", reason: null };
    await expect(refundFromDashboard(desk.moneyOf(stranger), order)).rejects.toMatchObject({ code: "not_found" });
  });

  it("the nonce of another payment, another form, or nobody does nothing", async () => {
    const { person, id } = await captured();
    await desk.limit(person, "INR", 999_999n);
    const { refund: others } = await desk.forms(person, await desk.taken(person));
    const hold = await held();
    const { void: letGo } = await desk.forms(hold.person, hold.id);
    for (const nonce of [others?.nonce, letGo?.nonce, "", "pay_1:nothing.1.k.x"]) {
      const order = { paymentId: id, nonce: nonce ?? "", amount: "1.00", reason: null };
      const refused = { code: "invalid_state", message: /not of this page/ };
      await expect(refundFromDashboard(desk.moneyOf(person), order)).rejects.toMatchObject(refused);
    }
    expect(await desk.refundsOf(id)).toEqual([]);
  });
});
