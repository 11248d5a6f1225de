import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { databaseErrorCode, transact, violatedConstraint } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import { PAYMENT_STATUSES } from "./payment-status";
import { OPERATION_MOVES, PAYMENT_MOVES, REFUND_MOVES } from "./state-machine";
import { createPaymentWorld, type PaymentWorld } from "./testing/payment-world";

let world: PaymentWorld;
let card: string;
let merchantId: string;
beforeAll(async () => {
  world = await createPaymentWorld();
  const merchant = await world.addMerchant();
  merchantId = merchant;
  card = await world.addCard(merchant);
});
afterAll(() => world.close());

/** As the owner, who may write anything: it is the trigger that must refuse. Everything is undone. */
async function attempt(statements: readonly ReturnType<typeof sql>[]): Promise<string | null> {
  const undo = new Error("undo");
  const error = await transact(world.owner, systemContext("test"), async (tx) => {
    for (const statement of statements) await tx.execute(statement);
    throw undo;
  }).catch((thrown: unknown) => thrown);
  if (error === undo) return null;
  expect(databaseErrorCode(error)).toBe("23514");
  return violatedConstraint(error);
}

/** Amounts that go with a status, so that nothing but the way is wrong. */
const AMOUNTS: Readonly<Record<string, string>> = {
  captured: "captured_minor = 100, refunded_minor = 0",
  partially_refunded: "captured_minor = 100, refunded_minor = 40",
  refunded: "captured_minor = 100, refunded_minor = 100",
};
const statusOf = (status: string) => {
  const amounts = AMOUNTS[status] ?? "captured_minor = 0, refunded_minor = 0";
  return sql.raw(
    `status = '${status}', ${amounts}, failure_code = ${status === "failed" ? "'card_declined'" : "null"}`,
  );
};
const insertPayment = (id: string) =>
  sql`insert into payments (id, merchant_id, mode, status, currency, amount_minor, capture, card_id, card_brand,
                            card_last_four, card_exp_month, card_exp_year)
      values (${id}, ${merchantId}, 'test', 'pending', 'INR', 100, true, ${card}, 'visa', '4242', 12, 2040)`;
/** Without the trigger: a row that stands where the way is to begin. */
const put = (id: string, status: string) => [
  insertPayment(id),
  sql`alter table payments disable trigger payments_status_moves`,
  sql`update payments set ${statusOf(status)} where id = ${id}`,
  sql`alter table payments enable trigger payments_status_moves`,
];

describe("state.legal-moves: the attack is a query that gets the state wrong", () => {
  it.each(PAYMENT_STATUSES)(
    "a payment that is %s goes where the state machine says, and nowhere else",
    async (from) => {
      const ways: readonly string[] = PAYMENT_MOVES[from];
      for (const to of PAYMENT_STATUSES.filter((status) => status !== from)) {
        const id = newId("pay");
        const refused = await attempt([...put(id, from), sql`update payments set ${statusOf(to)} where id = ${id}`]);
        expect([to, refused]).toEqual([to, ways.includes(to) ? null : "payments_status_moves"]);
      }
    },
  );

  it.each([
    ["refunds", "ref", REFUND_MOVES],
    ["payment_operations", "op", OPERATION_MOVES],
  ] as const)("what became of %s goes where the state machine says, and nowhere else", async (table, prefix, moves) => {
    const statuses = ["pending", "succeeded", "failed"] as const;
    for (const from of statuses) {
      for (const to of statuses.filter((status) => status !== from)) {
        const [payment, id] = [newId("pay"), newId(prefix)];
        const failure = (status: string) => (status === "failed" ? "refused" : null);
        const insert =
          table === "refunds"
            ? sql`insert into refunds (id, merchant_id, mode, payment_id, amount_minor, status, failure_code)
                  values (${id}, ${merchantId}, 'test', ${payment}, 10, ${from}, ${failure(from)})`
            : sql`insert into payment_operations (id, merchant_id, mode, payment_id, type, status, failure_code)
                  values (${id}, ${merchantId}, 'test', ${payment}, 'void', ${from}, ${failure(from)})`;
        const update = sql`update ${sql.identifier(table)} set status = ${to}, failure_code = ${failure(to)} where id = ${id}`;
        const refused = await attempt([...put(payment, "captured"), insert, update]);
        const ways: readonly string[] = moves[from];
        expect([from, to, refused]).toEqual([from, to, ways.includes(to) ? null : `${table}_status_moves`]);
      }
    }
  });
});

describe("refunds.add-up: the attack is a way back that somebody else takes", () => {
  const [given, kept] = [newId("ref"), newId("ref")];
  const book = (id: string) => [
    ...put(id, "partially_refunded"),
    ...[given, kept].map(
      (refund, index) => sql`insert into refunds (id, merchant_id, mode, payment_id, amount_minor, status)
        values (${refund}, ${merchantId}, 'test', ${id}, ${[30, 10][index]}, 'succeeded')`,
    ),
  ];
  const failed = sql`update refunds set status = 'failed', failure_code = 'refused' where id = ${given}`;
  const lowered = (id: string, by: number) =>
    sql`update payments set refunded_minor = refunded_minor - ${by}::numeric where id = ${id}`;
  const atOnce = sql`set constraints all immediate`;

  it.each([
    ["a sum that goes down by itself", (id: string) => [lowered(id, 30)], "payments_refunds_add_up"],
    ["a refund that fails by itself", () => [failed], "refunds_add_up"],
    ["a sum that goes down by less", (id: string) => [failed, lowered(id, 29)], "refunds_add_up"],
    ["a sum that goes down by more", (id: string) => [lowered(id, 31), failed], "payments_refunds_add_up"],
    ["both, by the same amount", (id: string) => [failed, lowered(id, 30)], null],
  ])("%s", async (_, change, refused) => {
    const id = newId("pay");
    expect(await attempt([...book(id), ...change(id), atOnce])).toBe(refused);
  });
});

describe("amounts.ceilings: the attack is a query that gets the sum wrong", () => {
  it.each([
    ["more refunded than taken", "captured", "refunded_minor = 101, status = 'refunded'"],
    ["more asked back than taken", "captured", "refund_pending_minor = 101"],
    ["more given and asked back than taken", "partially_refunded", "refund_pending_minor = 61"],
    ["a claim below nothing", "captured", "refund_pending_minor = -1"],
    ["more taken than held", "authorized", "status = 'captured', captured_minor = 101"],
    ["a capture of nothing", "authorized", "status = 'captured', captured_minor = 0"],
    ["a void that took something", "authorized", "status = 'voided', captured_minor = 1"],
    ["wholly refunded, with something left", "captured", "status = 'refunded', refunded_minor = 99"],
    ["partly refunded, with nothing left", "captured", "status = 'partially_refunded', refunded_minor = 100"],
    ["partly refunded by nothing", "captured", "status = 'partially_refunded', refunded_minor = 0"],
    ["a failure without a reason", "pending", "status = 'failed'"],
  ])("%s is refused by the table itself", async (_, from, changes) => {
    const id = newId("pay");
    const refused = await attempt([...put(id, from), sql`update payments set ${sql.raw(changes)} where id = ${id}`]);
    expect(refused).toMatch(/^payments_(captured_within|refunded_within|status_amounts|failure)$/);
  });

  it("a second operation beside one that is under way is refused by an index", async () => {
    const id = newId("pay");
    const insert = () =>
      sql`insert into payment_operations (id, merchant_id, mode, payment_id, type, status)
          values (${newId("op")}, ${merchantId}, 'test', ${id}, 'void', 'pending')`;
    const both = transact(world.owner, systemContext("test"), async (tx) => {
      for (const statement of [...put(id, "authorized"), insert(), insert()]) await tx.execute(statement);
    });
    const error = await both.catch((thrown: unknown) => thrown);
    expect([databaseErrorCode(error), violatedConstraint(error)]).toEqual(["23505", "payment_operations_one_pending"]);
  });
});
