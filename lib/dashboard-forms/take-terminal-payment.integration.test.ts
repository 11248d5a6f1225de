import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { nowSeconds } from "@/db/now-seconds";
import { transact } from "@/db/transact";
import { gatewayWith } from "@/lib/gateway/testing/gateway-with";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { findUseOfKey } from "./form-key-store";
import { issueNonce, NONCE_SECONDS } from "./form-nonce";
import { newTerminalForm, outcomeOfForm, takeTerminalPayment } from "./take-terminal-payment";
import { type DashboardDesk, openDashboardDesk, TYPED } from "./testing/dashboard-desk";

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

/** A form that a person has just opened. */
async function opened() {
  const person = await desk.person();
  const terminal = desk.terminalOf(person);
  const form = await newTerminalForm(terminal);
  return { person, terminal, form, take: (typed = TYPED) => takeTerminalPayment(terminal, form, typed) };
}

describe("terminal.one-charge: the attack is a double click, a reload, the back button, or two tabs", () => {
  it("twenty sendings of one form at once charge once, and keep one card", async () => {
    const { person, terminal, form, take } = await opened();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => take({ ...TYPED, reference: "twenty-at-once" })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "asked"));
    expect(outcomes.filter((outcome) => outcome.kind === "asked" && !outcome.again)).toHaveLength(1);
    expect(await desk.ledger({ reference: "twenty-at-once" })).toHaveLength(1);
    expect(await desk.cardsOf(person)).toHaveLength(1);
    expect(await outcomeOfForm(terminal, form)).toMatchObject({ status: "captured", reference: "twenty-at-once" });
  });

  it.each([
    ["amount", "100.01"],
    ["currency", "USD"],
    ["number", "5555 5555 5555 4444"],
    ["expiry", "11/39"],
    ["reference", "another-order"],
  ])("another %s under a form that was used takes nothing, and keeps no card", async (field, text) => {
    const { person, take } = await opened();
    const first = await take();
    const second = await take({ ...TYPED, [field]: text });
    expect(second).toMatchObject({ kind: "spent", payment: first.kind === "asked" ? { id: first.payment.id } : {} });
    expect(await desk.paymentsOf(person)).toHaveLength(1);
    expect(await desk.cardsOf(person)).toHaveLength(1);
  });

  it("two cards at once under one form charge one of them", async () => {
    const { person, take } = await opened();
    const outcomes = await Promise.all([
      take({ ...TYPED, reference: "two-cards" }),
      take({ ...TYPED, reference: "two-cards", number: "5555 5555 5555 4444" }),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["asked", "spent"]);
    expect(await desk.ledger({ reference: "two-cards" })).toHaveLength(1);
    expect(await desk.paymentsOf(person)).toHaveLength(1);
  });

  it("the security code changes nothing: a form that is sent again without the right one is still the same", async () => {
    const { take } = await opened();
    await take();
    expect(await take({ ...TYPED, cvc: "111" })).toMatchObject({ kind: "asked", again: true });
  });
});

describe("terminal.own-form", () => {
  it("another person's form, of the same merchant or not, takes nothing", async () => {
    const { form, terminal } = await opened();
    const stranger = await desk.person();
    const colleague = { ...terminal, holder: { ...terminal.holder, userId: stranger.user.userId } };
    for (const other of [desk.terminalOf(stranger), colleague]) {
      expect(await takeTerminalPayment(other, form, { ...TYPED, reference: "stolen-form" })).toEqual({ kind: "stale" });
      expect(await outcomeOfForm(other, form)).toBe("stale");
    }
    expect(await desk.ledger({ reference: "stolen-form" })).toEqual([]);
    expect(await desk.paymentsOf(stranger)).toEqual([]);
  });

  it("its keys are no API client's: they hold a character that no header does", async () => {
    const { person, take } = await opened();
    await take();
    const keys = await desk.keysOf(person);
    expect(keys.map(({ key }) => key.split("§")[1]).sort()).toEqual(["take_payment"]);
    for (const { key, merchantId } of keys) {
      expect(key).not.toMatch(/^[\x20-\x7e]*$/);
      expect(await findUseOfKey(desk.world.client.db, { merchantId, mode: "live" }, key)).toBeNull();
    }
  });
});

describe("terminal.old-form: the form was open for longer than it is good for", () => {
  async function openedLongAgo() {
    const { person, terminal } = await opened();
    const { ring, client } = desk.services;
    const subject = "AAAAAAAAAAAAAAAAAAAAAA";
    const now = await nowSeconds(client.db);
    const [old, fresh] = [now - NONCE_SECONDS - 1, now].map((at) =>
      issueNonce(ring, terminal.holder, "take_payment", subject, at),
    );
    return { person, terminal, old: old ?? "", fresh: fresh ?? "" };
  }

  it("one that nobody had sent takes nothing", async () => {
    const { person, terminal, old } = await openedLongAgo();
    expect(await takeTerminalPayment(terminal, old, TYPED)).toEqual({ kind: "stale" });
    expect(await outcomeOfForm(terminal, old)).toBe("stale");
    expect(await desk.paymentsOf(person)).toEqual([]);
    expect(await desk.cardsOf(person)).toEqual([]);
  });

  it("one whose answer was lost says what it had taken, and takes nothing more", async () => {
    const { person, terminal, old, fresh } = await openedLongAgo();
    const first = await takeTerminalPayment(terminal, fresh, TYPED);
    const payment = { id: first.kind === "asked" ? first.payment.id : "" };
    expect(await outcomeOfForm(terminal, old)).toMatchObject(payment);
    expect(await takeTerminalPayment(terminal, old, TYPED)).toMatchObject({ kind: "spent", payment });
    expect(await desk.paymentsOf(person)).toHaveLength(1);
  });
});

describe("terminal.refused", () => {
  it("a declined card fails its payment for good, and the next form may have its reference", async () => {
    const { terminal, form, take } = await opened();
    const declined = { ...TYPED, number: "4000 0000 0000 9995", reference: "second-try" };
    expect(await take(declined)).toMatchObject({ kind: "asked", payment: { failureCode: "insufficient_funds" } });
    expect(await outcomeOfForm(terminal, form)).toMatchObject({ status: "failed" });
    const next = await takeTerminalPayment(terminal, await newTerminalForm(terminal), {
      ...TYPED,
      reference: "second-try",
    });
    expect(next).toMatchObject({ kind: "asked", payment: { status: "captured" }, again: false });
  });

  it("a reference that is taken is said at its field, and the form is good for another, with any card", async () => {
    const { terminal, take } = await opened();
    await takeTerminalPayment(terminal, await newTerminalForm(terminal), { ...TYPED, reference: "taken" });
    expect(await take({ ...TYPED, reference: "taken" })).toMatchObject({
      kind: "invalid",
      errors: { reference: expect.stringContaining("paid once") },
    });
    const outcome = await take({ ...TYPED, reference: "free", number: "5555 5555 5555 4444" });
    expect(outcome).toMatchObject({ kind: "asked", payment: { status: "captured", cardLastFour: "4444" } });
  });

  it.each([
    [{ amount: "1,000.00" }, ["amount"]],
    [{ amount: "1.001" }, ["amount"]],
    [{ currency: "XAU" }, ["currency"]],
    [{ reference: "4242424242424242" }, ["reference"]],
    [{ reference: "x".repeat(256) }, ["reference"]],
    [{ number: "4242424242424241", cvc: "12", expiry: "" }, ["cvc", "expiry", "number"]],
  ])("%o: nothing is begun, and nothing typed comes back", async (changes, fields) => {
    const { person, take } = await opened();
    const outcome = await take({ ...TYPED, ...changes });
    expect(outcome).toMatchObject({ kind: "invalid" });
    if (outcome.kind === "invalid") expect(Object.keys(outcome.errors).sort()).toEqual(fields);
    expect(JSON.stringify(outcome)).not.toContain("4242");
    expect([await desk.paymentsOf(person), await desk.cardsOf(person), await desk.keysOf(person)]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe("terminal.card-kept: a card that was typed in is kept only if its payment is taken", () => {
  it("taken: it is there for the next payment", async () => {
    const { person, take } = await opened();
    await take();
    expect(await desk.cardsOf(person)).toMatchObject([{ number: expect.any(String), spentAt: null }]);
  });

  it("declined: its number is gone with the answer", async () => {
    const { person, take } = await opened();
    expect(await take({ ...TYPED, number: "4000000000000002" })).toMatchObject({ payment: { status: "failed" } });
    expect(await desk.cardsOf(person)).toMatchObject([{ number: null, spentAt: expect.any(Date) }]);
  });

  it("declined much later, by whoever learns of it: the same; until then the number is there to ask with", async () => {
    const { person, terminal, form } = await opened();
    const deaf = gatewayWith({ charge: async () => ({ kind: "unknown", reason: "no answer" }) });
    const services = { ...terminal.services, gateway: deaf };
    const outcome = await takeTerminalPayment({ ...terminal, services }, form, TYPED);
    if (outcome.kind !== "asked") throw new Error(outcome.kind);
    expect(await desk.cardsOf(person)).toMatchObject([{ number: expect.any(String), spentAt: null }]);
    await transact(desk.world.owner, systemContext("test"), (tx) =>
      tx.execute(
        sql`update payments set status = 'failed', failure_code = 'card_declined', failure_message = 'x' where id = ${outcome.payment.id}`,
      ),
    );
    expect(await desk.cardsOf(person)).toMatchObject([{ number: null, spentAt: expect.any(Date) }]);
  });

  it("never sent: no card is left, nor a key that would find one", async () => {
    const { person, take } = await opened();
    await take({ ...TYPED, reference: "kept-once" });
    const second = await newTerminalForm(desk.terminalOf(person));
    const again = { ...TYPED, number: "5555 5555 5555 4444", reference: "kept-once" };
    const refused = await takeTerminalPayment(desk.terminalOf(person), second, again);
    expect(refused).toMatchObject({ kind: "invalid", errors: { reference: expect.any(String) } });
    expect(await desk.cardsOf(person)).toHaveLength(1);
    expect(await desk.keysOf(person)).toHaveLength(1);
    // The same form and card, after the reference was changed.
    const taken = await takeTerminalPayment(desk.terminalOf(person), second, { ...again, reference: "kept-twice" });
    expect(taken).toMatchObject({ kind: "asked", again: false, payment: { status: "captured" } });
    expect(await desk.cardsOf(person)).toHaveLength(2);
  });
});

describe("terminal.card-at-rest", () => {
  it("neither number nor security code is anywhere in the database, nor in the outcome", async () => {
    const { take } = await opened();
    const outcome = await take({ ...TYPED, number: "4000 0000 0000 3220", cvc: "907" });
    const told = JSON.stringify(outcome, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    for (const text of [told, await desk.dump()]) {
      expect(text).not.toContain("4000000000003220");
      expect(text).not.toContain('"907"');
    }
  });
});
