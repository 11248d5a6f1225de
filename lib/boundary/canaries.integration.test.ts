// First: it sets up what Next.js looks for once.
import "./testing/action-desk";

import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, events } from "@/db/schema";
import { logger } from "@/lib/logging/logger";
import { type LogTap, tapLog } from "@/lib/logging/testing/tap-log";
import { dumpDatabase } from "@/scripts/card-traces/dump-database";
import { CANARIES, type Canary, canariesIn, NOWHERE } from "./testing/canaries";
import { type CanaryWorld, openCanaryWorld } from "./testing/canary-world";
import { type Answer, findActions, findRoutes } from "./testing/plant-canaries";
import { plantEverywhere } from "./testing/plant-everywhere";

/**
 * The attack, or the slip: card numbers in every way of writing them, security codes, passwords, secrets, codes and Indian tax
 * and identity numbers, put into every input of every route and action there is.
 */
let world: CanaryWorld;
let log: LogTap;
let answers: readonly Answer[];

beforeAll(async () => {
  world = await openCanaryWorld();
  log = tapLog();
  answers = await plantEverywhere(world);
  await world.settle();
}, 180_000);
afterAll(async () => {
  log.close();
  await world.close();
});

const once = (found: readonly string[]) => [...new Set(found)].sort();
const kindsOf = (canaries: readonly Canary[]) => once(canaries.map(({ kind }) => kind));

/** Which tables hold which of them. */
async function findInDatabase(canaries: readonly Canary[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { table, text } of dumpDatabase(world.world.owner.pool)) {
    if (canariesIn(text, canaries).length === 0) continue;
    const rows = text.split("\n").flatMap((row) => canariesIn(row, canaries).map((kind) => `${kind}: ${row}`));
    found.push(...rows.map((row) => `${table}: ${row}`.slice(0, 500)));
  }
  return once(found);
}

/** Of these there is nothing in the world that they could act on: they get as far as their 404 or 409. */
const NOT_THERE = [
  "POST /api/v1/payments/[id]/capture",
  "POST /api/v1/payments/[id]/void",
  "POST /api/v1/webhook-deliveries/[id]/retry",
];

/** A form gives its own text back to whoever typed it: a reference may be any text that is no card number. */
const GIVEN_BACK = "takePayment reference";

describe("canaries", () => {
  it("reach every route and every action that the files have, and get past their checks where they may", async () => {
    const entrances = [...(await findRoutes()), ...(await findActions())].map(({ name }) => name);
    expect(entrances.length).toBeGreaterThan(80);
    expect(entrances.filter((name) => !answers.some(({ where }) => where.startsWith(`${name} `)))).toEqual([]);
    const accepted = answers.filter(({ status }) => status >= 200 && status < 300).map(({ where }) => where);
    const signed = entrances.filter((name) => /^[A-Z]+ \/api\/v1\//.test(name));
    expect(signed.filter((name) => !accepted.some((where) => where.startsWith(`${name} `)))).toEqual(NOT_THERE);
    expect(once(answers.filter(({ status }) => status >= 500).map(({ where, text }) => where + text))).toEqual([]);
  });

  it("canaries.log: no line of the log shows any", () => {
    expect(log.lines.length).toBeGreaterThan(1000);
    expect(once(log.lines.flatMap((line) => canariesIn(line, CANARIES).map((kind) => `${kind}: ${line}`)))).toEqual([]);
  });

  it("canaries.errors: no refusal's body shows any", () => {
    const refused = answers.filter(({ status }) => status === 0 || status >= 400);
    const found = refused.flatMap(({ where, text }) =>
      canariesIn(text, where === GIVEN_BACK ? NOWHERE : CANARIES).map((kind) => `${where}: ${kind} in ${text}`),
    );
    expect(once(found)).toEqual([]);
  });

  it("canaries.kept: no row of any table has a card number, nor what was sent where a secret belongs", async () => {
    expect(await findInDatabase(NOWHERE)).toEqual([]);
  });

  it("canaries.webhooks: no webhook carries any of these", () => {
    expect(world.receiver.received.length).toBeGreaterThan(10);
    expect(once(world.receiver.received.flatMap((call) => canariesIn(JSON.stringify(call), NOWHERE)))).toEqual([]);
  });
});

const FIELD_OF: Readonly<Record<string, string>> = {
  "security code": "cvc",
  password: "password",
  "one-time code": "otp",
};

describe("the search itself", () => {
  it("finds in a careless line each kind that masking takes out of it", () => {
    const body = Object.groupBy(CANARIES, ({ kind }) => FIELD_OF[kind] ?? "note");
    const texts = Object.fromEntries(
      Object.entries(body).map(([name, some = []]) => [name, some.map(({ text }) => text)]),
    );
    logger.error(
      { err: new Error("careless", { cause: Object.assign(new Error("read"), { body: texts }) }) },
      "failed",
    );
    expect(canariesIn(log.lines.at(-1) ?? "", CANARIES)).toEqual([]);
    expect(once(canariesIn(log.unmasked.at(-1) ?? "", CANARIES))).toEqual(kindsOf(CANARIES));
  });

  it("finds each kind in a row", async () => {
    const metadata = JSON.stringify(Object.fromEntries(NOWHERE.map(({ text }, index) => [`note ${index}`, text])));
    await world.world.tamper(sql`update customers set metadata = ${metadata}::text::jsonb where erased_at is null`);
    const found = await findInDatabase(NOWHERE);
    const inCustomers = found.filter((row) => row.startsWith("public.customers: "));
    expect(once(inCustomers.map((row) => row.split(": ")[1] ?? ""))).toEqual(kindsOf(NOWHERE));
  });
});

describe("request-id.one: from the edge to the acquirer, the trail, the event and the webhook", () => {
  it("is ours, and one; what a client calls its request is not taken for it, and kept nowhere", async () => {
    const theirs = "req_00000000000000000theirs001";
    const merchantId = await world.world.addMerchant();
    const key = await world.open(merchantId);
    const card = await world.world.addCard(merchantId);
    const body = { amount: "12.50", currency: "INR", card };
    const headers = { "X-Request-Id": theirs };
    const seen = log.lines.length;
    const paid = await world.desk.send(key, {
      method: "POST",
      path: "/api/v1/payments",
      body,
      idempotencyKey: "one",
      headers,
    });
    expect(paid.status).toBe(201);
    const requestId = paid.headers.get("x-request-id") ?? "";
    expect(requestId).toMatch(/^req_[0-9a-z]{26}$/);
    await world.settle();

    const paymentId = String(paid.json.id);
    const { db } = world.world.owner;
    const entries = await db.select().from(auditEntries).where(eq(auditEntries.resourceId, paymentId));
    const told = await db.select().from(events).where(eq(events.resourceId, paymentId));
    const lines = log.lines.slice(seen).map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines.filter((line) => line.msg === "request").map((line) => line.request_id)).toEqual([requestId]);
    expect(world.acquirerHeard().filter((heard) => heard.requestId === requestId)).toMatchObject([
      { url: "/v1/charges" },
    ]);
    expect(once(entries.map((entry) => entry.requestId ?? ""))).toEqual([requestId]);
    expect(told.map((event) => event.requestId)).toEqual([requestId]);
    expect(lines.filter((line) => line.msg === "webhook delivered" && line.event_id === told[0]?.id)).toMatchObject([
      { origin_request_id: requestId },
    ]);
    const received = world.receiver.received.filter((call) => call.body.includes(paymentId));
    expect(received.map((call) => call.headers["x-request-id"])).toEqual([requestId]);

    const places = [...log.lines, ...world.acquirerHeard().map(({ text }) => text), JSON.stringify(received)];
    for await (const { text } of dumpDatabase(world.world.owner.pool)) places.push(text);
    expect(places.filter((text) => text.includes(theirs))).toEqual([]);
  });
});
