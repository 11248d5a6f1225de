import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

let sandbox: Sandbox;
let desk: ApiDesk;
let key: TestApiKey;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openApiDesk(sandbox.url);
  key = await desk.world.addApiKey(await desk.world.addMerchant());
});
afterAll(async () => {
  await desk.close();
  await sandbox.stop();
});

const pay = (body: Readonly<Record<string, unknown>>, idempotencyKey: string, by = key) =>
  desk.post(by, "/api/v1/payments", body, idempotencyKey);

async function tokenize(by = key, number = "4242 4242 4242 4242"): Promise<Record<string, unknown>> {
  return (await desk.post(by, "/api/v1/cards", { number, exp_month: 12, exp_year: 2040, cvc: "123" })).json;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("a signed payment, from card to list", () => {
  it("is as the contract shows it, to the order of its members", async () => {
    const card = await tokenize();
    expect(Object.keys(card)).toEqual(
      "id object brand last4 exp_month exp_year fingerprint customer duplicate_of mode created_at".split(" "),
    );
    const body = { amount: "1234.56", currency: "inr", card: card.id, cvc: "123", reference: "story-1" };
    const answer = await pay(body, "story-1");
    expect(answer.status).toBe(201);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
    expect(answer.headers.get("ratelimit-policy")).toBe('"create_payment";q=100;w=60');
    expect(answer.headers.get("idempotent-replayed")).toBeNull();
    expect(Object.keys(answer.json)).toEqual(
      "id object status amount amount_captured amount_refunded currency card customer reference description metadata failure pending_operation gateway_reference mode created_at updated_at".split(
        " ",
      ),
    );
    expect(answer.json).toMatchObject({
      object: "payment",
      status: "captured",
      amount: "1234.56",
      amount_captured: "1234.56",
      amount_refunded: "0.00",
      currency: "INR",
      card: { id: card.id, brand: "visa", last4: "4242", exp_month: 12, exp_year: 2040 },
      customer: null,
      reference: "story-1",
      failure: null,
      pending_operation: null,
      mode: "test",
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    });

    const replay = await pay(body, "story-1");
    expect([replay.status, replay.text]).toEqual([201, answer.text]);
    expect(replay.headers.get("idempotent-replayed")).toBe("true");
    expect(replay.headers.get("x-request-id")).not.toBe(answer.headers.get("x-request-id"));

    const got = await desk.get(key, `/api/v1/payments/${answer.json.id}`);
    expect([got.status, got.text]).toEqual([200, answer.text]);
    const listed = await desk.get(key, "/api/v1/payments?reference=story-1");
    expect(listed.json).toEqual({ data: [answer.json], next_cursor: null });
    expect(await desk.world.charges({ reference: "story-1" })).toMatchObject([
      { idempotency_key: answer.json.id, status: "captured" },
    ]);
  });

  it("writes amounts with the decimals of their currency", async () => {
    const { id: card } = await tokenize();
    for (const [amount, currency, shown] of [
      ["5", "INR", "5.00"],
      ["500", "JPY", "500"],
      ["1.2", "KWD", "1.200"],
      ["999999999999.99", "USD", "999999999999.99"],
    ] as const) {
      const { json } = await pay({ amount, currency, card }, `decimals-${currency}`);
      expect(json).toMatchObject({ status: "captured", amount: shown, amount_captured: shown, currency });
    }
  });

  it("only holds the money with capture: false", async () => {
    const { id: card } = await tokenize();
    const { json } = await pay({ amount: "5", currency: "INR", card, capture: false }, "hold");
    expect(json).toMatchObject({ status: "authorized", amount: "5.00", amount_captured: "0.00" });
  });

  it("a card with the same number is told as a duplicate of the first, by the same fingerprint", async () => {
    const owner = await desk.world.addApiKey(await desk.world.addMerchant());
    const [first, second] = [await tokenize(owner), await tokenize(owner, "4242-4242-4242-4242")];
    expect(first.duplicate_of).toBeNull();
    expect(second).toMatchObject({ duplicate_of: first.id, fingerprint: first.fingerprint });
    const third = await desk.post(owner, "/api/v1/cards", {
      number: "4242424242424242",
      exp_month: 1,
      exp_year: 2039,
    });
    expect(third.json).toMatchObject({ duplicate_of: first.id, fingerprint: first.fingerprint });
    const elsewhere = await tokenize(await desk.world.addApiKey(await desk.world.addMerchant()));
    expect(elsewhere.duplicate_of).toBeNull();
    expect(elsewhere.fingerprint).not.toBe(first.fingerprint);
  });

  it("a card is made once per key, and another body under it is refused", async () => {
    const body = { number: "5555555555554444", exp_month: 1, exp_year: 2041, cvc: "999" };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => desk.post(key, "/api/v1/cards", body, "one-card")),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { cvc: _, ...withoutCode } = body;
    expect((await desk.post(key, "/api/v1/cards", withoutCode, "one-card")).text).toBe(answers[0]?.text);
    const other = await desk.post(key, "/api/v1/cards", { ...body, exp_month: 2 }, "one-card");
    expect([other.status, other.json.code]).toEqual([422, "idempotency_key_reused"]);
    const crossed = await pay({ amount: "5", currency: "INR", card: answers[0]?.json.id }, "one-card");
    expect([crossed.status, crossed.json.code]).toEqual([422, "idempotency_key_reused"]);
  });
});

describe("tenancy: the attack is to use another merchant's ids", () => {
  it("another merchant's payment is 404 to the byte like one that never was, and its card is not found", async () => {
    const { id: card } = await tokenize();
    const mine = await pay({ amount: "5", currency: "INR", card }, "tenancy");
    const stranger = await desk.world.addApiKey(await desk.world.addMerchant());
    const [theirs, never] = await Promise.all(
      [mine.json.id, newId("pay")].map((id) => desk.get(stranger, `/api/v1/payments/${id}`)),
    );
    const { request_id: _, ...seen } = theirs?.json ?? {};
    const { request_id: __, ...unseen } = never?.json ?? {};
    expect(seen).toEqual(unseen);
    expect(theirs?.status).toBe(404);
    const stolen = await pay({ amount: "5", currency: "INR", card }, "stolen", stranger);
    expect([stolen.status, stolen.json.code]).toEqual([422, "card_not_found"]);
    for (const query of ["", `?card=${card}`, "?amount_min=0"]) {
      expect((await desk.get(stranger, `/api/v1/payments${query}`)).json.data).toEqual([]);
    }
    const cursor = (await desk.get(key, "/api/v1/payments?limit=1")).json.next_cursor;
    expect((await desk.get(stranger, `/api/v1/payments?cursor=${cursor}`)).json.data).toEqual([]);
  });

  it("a key of the other mode sees nothing either", async () => {
    const live = await desk.world.addApiKey(key.merchantId, { mode: "live" });
    const { id: card } = await tokenize();
    const mine = await pay({ amount: "5", currency: "INR", card }, "modes");
    expect((await desk.get(live, `/api/v1/payments/${mine.json.id}`)).status).toBe(404);
    expect((await desk.get(live, "/api/v1/payments")).json.data).toEqual([]);
    expect((await pay({ amount: "5", currency: "INR", card }, "modes", live)).json.code).toBe("card_not_found");
  });
});

type Listed = { data: { id: string; status: string; created_at: string }[]; next_cursor: string | null };

describe("the list", () => {
  let owner: TestApiKey;
  let card: string;
  const list = async (query: string) => (await desk.get(owner, `/api/v1/payments?${query}`)).json as Listed;

  /** Straight into the table, so that many fall into one millisecond. */
  async function add(count: number, createdAt: string, changes = sql`'captured', 'INR', 100, 100, null`) {
    await desk.world.owner.db.execute(sql`
      with context as (select set_config('countinghouse.context', '{"actorType":"system","actorId":"test"}', true))
      insert into payments (id, merchant_id, mode, status, currency, amount_minor, captured_minor, reference, capture,
                            card_id, card_brand, card_last_four, card_exp_month, card_exp_year, created_at)
      select 'pay_' || substr('0' || encode(uuid_send(gen_random_uuid()), 'hex'), 1, 26), ${owner.merchantId},
             'test', v.*, true, ${card}, 'visa', '4242', 12, 2040, ${createdAt}::timestamptz
        from context, generate_series(1, ${count}), (values (${changes})) as v`);
  }

  beforeAll(async () => {
    owner = await desk.world.addApiKey(await desk.world.addMerchant());
    card = await desk.world.addCard(owner.merchantId);
  });

  it("is stable while payments arrive: every old one comes once, in order, and no new one slips in", async () => {
    for (const second of ["01", "02", "03"]) await add(11, `2026-01-01T00:00:${second}Z`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Listed = await list(`limit=7${cursor ? `&cursor=${cursor}` : ""}`);
      seen.push(...page.data.map(({ created_at, id }) => `${created_at} ${id}`));
      cursor = page.next_cursor;
      await add(3, "2026-01-02T00:00:00Z");
    } while (cursor !== null);
    expect(seen).toHaveLength(33);
    expect(new Set(seen).size).toBe(33);
    expect(seen).toEqual(seen.toSorted().reverse());
    expect((await list("")).data).toHaveLength(25);
  });

  it("ends without a cursor exactly when there is no more", async () => {
    const total = (await list("limit=100")).data.length;
    expect((await list(`limit=${total}`)).next_cursor).toBeNull();
    expect((await list(`limit=${total - 1}`)).next_cursor).not.toBeNull();
  });

  it("filters by each of its parameters, and by several at once", async () => {
    await add(1, "2026-03-01T10:00:00Z", sql`'captured', 'JPY', 1500, 1500, 'yen'`);
    await add(1, "2026-03-02T10:00:00Z", sql`'authorized', 'KWD', 1500, 0, 'fils'`);
    await add(1, "2026-03-03T10:00:00Z", sql`'captured', 'INR', 150000, 150000, 'paise'`);
    const references = async (query: string) =>
      (await list(`created_from=2026-02-01T00:00:00Z&${query}`)).data.map(
        (row) => (row as unknown as { reference: string }).reference,
      );
    expect(await references("")).toEqual(["paise", "fils", "yen"]);
    expect(await references("status=captured")).toEqual(["paise", "yen"]);
    expect(await references("currency=kwd")).toEqual(["fils"]);
    expect(await references("reference=yen")).toEqual(["yen"]);
    expect(await references(`card=${card}`)).toHaveLength(3);
    expect(await references(`card=${newId("tok")}`)).toEqual([]);
    expect(await references("created_to=2026-03-02T10:00:00Z")).toEqual(["fils", "yen"]);
    expect(await references("created_to=2026-03-02T15:29:59%2B05:30")).toEqual(["yen"]);
    expect(await references("amount_min=1500")).toEqual(["paise", "yen"]);
    expect(await references("amount_max=1.500")).toEqual(["fils"]);
    expect(await references("amount_min=1.5&amount_max=1499.99")).toEqual(["fils"]);
    expect(await references("status=captured&currency=JPY&amount_min=1500.0")).toEqual(["yen"]);
    expect(await references("customer=cus_00000000000000000000000000")).toEqual([]);
  });
});
