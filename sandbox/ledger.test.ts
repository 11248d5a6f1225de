import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decided } from "./answers";
import { type Books, openBooks } from "./books";
import { importHistory } from "./import-history";
import { type Ledger, openLedger } from "./ledger";
import { chargeRequestSchema, historySchema } from "./requests";
import { captureCharge, refundCharge, voidCharge } from "./settle-charge";
import { takeCharge } from "./take-charge";

let folder: string;
let ledger: Ledger;
let books: Books;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-test-"));
  ledger = openLedger(join(folder, "ledger.db"));
  books = openBooks(ledger, null);
});

afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

function chargeRequest(changes: object = {}) {
  const card = { number: "4242424242424242", exp_month: 12, exp_year: 2030 };
  const base = { amount: "10.00", currency: "INR", card, capture: true, merchant: "mer_1", reference: null };
  return chargeRequestSchema.parse({ ...base, ...changes });
}

const everything = { reference: null, idempotencyKey: null, limit: 100 };

describe("ledger", () => {
  it("undoes a job that fails, and only that one", async () => {
    const { charges } = books;
    const first = ledger.write(() => takeCharge(books, "pay_1", chargeRequest()));
    const failing = ledger.write(() => {
      takeCharge(books, "pay_2", chargeRequest());
      throw new Error("in the middle");
    });
    const third = ledger.write(() => takeCharge(books, "pay_3", chargeRequest()));
    await expect(failing).rejects.toThrow("in the middle");
    expect((await first).status).toBe(201);
    expect((await third).status).toBe(201);
    expect(charges.list(everything).map((charge) => charge.idempotencyKey)).toEqual(["pay_3", "pay_1"]);
  });

  it("acknowledges nothing of a commit that fails, and goes on afterwards", async () => {
    const { charges } = books;
    const good = ledger.write(() => takeCharge(books, "pay_1", chargeRequest()));
    // Its missing charge is found out by the commit alone.
    const orphan = ledger.write(() => {
      ledger.database.exec(
        "PRAGMA defer_foreign_keys = ON; INSERT INTO refunds VALUES ('re_1', 'ref_1', 'ch_0', 1, '')",
      );
    });
    await expect(good).rejects.toThrow("FOREIGN KEY");
    await expect(orphan).rejects.toThrow("FOREIGN KEY");
    expect(charges.list(everything)).toEqual([]);
    await ledger.write(() => takeCharge(books, "pay_1", chargeRequest()));
    expect(charges.list(everything)).toHaveLength(1);
  });

  it("holds refunded ≤ captured ≤ amount by itself", () => {
    takeCharge(books, "pay_1", chargeRequest());
    expect(() => ledger.database.exec("UPDATE charges SET refunded = 1001")).toThrow("CHECK");
    expect(() => ledger.database.exec("UPDATE charges SET captured = 1001")).toThrow("CHECK");
  });
});

describe("idempotency", () => {
  it("answers a key again with the same bytes, and acts once", () => {
    const { answers } = books;
    let acts = 0;
    const act = () => {
      acts += 1;
      return decided.kept(201, { acts }, "never");
    };
    const first = answers.once("k", "r", act);
    const second = answers.once("k", "r", act);
    expect(acts).toBe(1);
    expect(second).toEqual({ ...first, replayed: true, delivery: "at_once" });
  });

  it.each([
    ["amount", { amount: "10.01" }],
    ["currency", { currency: "USD" }],
    ["card", { card: { number: "5555555555554444", exp_month: 12, exp_year: 2030 } }],
    ["expiry", { card: { number: "4242424242424242", exp_month: 11, exp_year: 2030 } }],
    ["capture", { capture: false }],
    ["reference", { reference: "order-2" }],
    ["merchant", { merchant: "mer_2" }],
  ])("refuses a key with another %s", (_field, changes) => {
    const { charges } = books;
    takeCharge(books, "pay_1", chargeRequest());
    expect(takeCharge(books, "pay_1", chargeRequest(changes)).status).toBe(409);
    expect(charges.list(everything)).toHaveLength(1);
  });

  it("takes a charge sent again without its security code for the same one", () => {
    const first = takeCharge(books, "pay_1", chargeRequest({ cvc: "123" }));
    expect(takeCharge(books, "pay_1", chargeRequest()).body).toBe(first.body);
  });
});

describe("settling", () => {
  it("captures once, at most what was authorized, and releases the rest", () => {
    takeCharge(books, "pay_1", chargeRequest({ capture: false }));
    const id = books.charges.list(everything)[0]?.id ?? "";
    expect(captureCharge(books, "c1", id, { units: 1001n, decimals: 2 }).status).toBe(422);
    expect(captureCharge(books, "c2", id, { units: 40001n, decimals: 4 }).status).toBe(422);
    expect(JSON.parse(captureCharge(books, "c3", id, { units: 4n, decimals: 0 }).body)).toMatchObject({
      status: "captured",
      captured: "4.00",
    });
    expect(captureCharge(books, "c4", id, null).body).toContain("invalid_state");
    expect(voidCharge(books, "v1", id).status).toBe(422);
    expect(refundCharge(books, "r1", id, { units: 401n, decimals: 2 }).status).toBe(422);
  });

  it("refunds in parts down to nothing left, once for each key", () => {
    takeCharge(books, "pay_1", chargeRequest());
    const id = books.charges.list(everything)[0]?.id ?? "";
    const six = { units: 600n, decimals: 2 };
    const first = refundCharge(books, "ref_1", id, six);
    expect(first.status).toBe(201);
    expect(refundCharge(books, "ref_1", id, six).body).toBe(first.body);
    expect(refundCharge(books, "ref_2", id, six).status).toBe(422);
    expect(refundCharge(books, "ref_3", id, { units: 400n, decimals: 2 }).status).toBe(201);
    expect(books.charges.find(id)).toMatchObject({ captured: 1000n, refunded: 1000n });
    expect(books.refunds.list({ idempotencyKey: "ref_3", chargeId: null, limit: 10 })).toMatchObject([
      { units: 400n, chargeId: id },
    ]);
  });

  it("voids what is held and nothing else", () => {
    takeCharge(books, "pay_1", chargeRequest({ capture: false }));
    const id = books.charges.list(everything)[0]?.id ?? "";
    expect(JSON.parse(voidCharge(books, "v1", id).body)).toMatchObject({ status: "voided", captured: "0.00" });
    expect(voidCharge(books, "v2", id).status).toBe(422);
    expect(refundCharge(books, "r1", id, { units: 1n, decimals: 2 }).status).toBe(422);
    expect(voidCharge(books, "v3", "ch_none00000").status).toBe(404);
  });
});

describe("import", () => {
  const historical = (key: string, changes: object = {}) => ({
    idempotency_key: key,
    merchant: "mer_1",
    amount: "10.00",
    currency: "INR",
    card: { last4: "4242" },
    created_at: "2026-01-02T03:04:05.678Z",
    status: "captured",
    refunds: [{ idempotency_key: `${key}-refund`, amount: "2.50", created_at: "2026-01-03T00:00:00.000Z" }],
    ...changes,
  });

  it("is done once, however often it is sent", () => {
    const { charges, refunds } = books;
    const history = historySchema.parse([historical("pay_1"), historical("pay_2")]);
    expect(importHistory(charges, refunds, history)).toEqual({ imported: 2, skipped: 0 });
    expect(importHistory(charges, refunds, history)).toEqual({ imported: 0, skipped: 2 });
    expect(charges.list(everything)).toMatchObject([
      { idempotencyKey: "pay_2", captured: 1000n, refunded: 250n, createdAt: "2026-01-02T03:04:05.678Z" },
      { idempotencyKey: "pay_1" },
    ]);
    expect(takeCharge(books, "pay_1", chargeRequest()).status).toBe(409);
  });

  it.each([
    ["gives back more than was taken", { captured: "2.00" }],
    ["takes more than its amount", { captured: "10.01" }],
    ["is too precise", { captured: "9.001" }],
  ])("refuses a charge that %s, and all that came with it", async (_what, changes) => {
    const { charges, refunds } = books;
    const history = historySchema.parse([historical("pay_1"), historical("pay_2", changes)]);
    await expect(ledger.write(() => importHistory(charges, refunds, history))).rejects.toThrow(
      "Charge 1 of the import",
    );
    expect(charges.list(everything)).toEqual([]);
  });
});
