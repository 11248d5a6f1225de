import { z } from "zod";
import type { ApiKey } from "../demo/signed-client";
import { compare, type Measure } from "./compare";
import { applyLoad, type Call, type LoadResult, send } from "./load";
import type { Row } from "./row";
import { signedCall } from "./signed-call";

const ROUND_MS = 4000;
const WARM_UP_MS = 4000;
/** A merchant's payments meet at its quota, not at one card. */
const CARDS = 50;
const PAYMENTS = "/api/v1/payments";
const EMPTY = "/api/bench";

const withId = z.object({ id: z.string() });

export type Target = Readonly<{ port: number; key: ApiKey }>;

/** Cards that the acquirer approves at once. */
export async function tokeniseCards(target: Target): Promise<readonly string[]> {
  const body = JSON.stringify({ number: "4242424242424242", exp_month: 12, exp_year: new Date().getUTCFullYear() + 3 });
  const ids: string[] = [];
  while (ids.length < CARDS) ids.push(await createdId(target, signedCall(target.key, "POST", "/api/v1/cards", body)));
  return ids;
}

/** One payment after the other through the cards, each signed and with a key of its own. */
export function paymentCalls({ key }: Target, cards: readonly string[], path = PAYMENTS): () => Call {
  let turn = 0;
  return () => {
    turn += 1;
    const card = cards[turn % cards.length];
    return signedCall(key, "POST", path, JSON.stringify({ amount: "1499.00", currency: "INR", card }));
  };
}

/** Requests a second, signed and whole, against the framework's own floor: the same requests to a handler that does nothing. */
export async function httpRows(target: Target, cards: readonly string[]): Promise<Row[]> {
  const payments = paymentCalls(target, cards);
  const paymentId = await createdId(target, payments());
  return [
    await httpRow(target, {
      name: "POST /payments",
      goal: 0.5,
      ours: { next: payments, expectedStatus: 201 },
      empty: { next: paymentCalls(target, cards, EMPTY), expectedStatus: 204 },
    }),
    await httpRow(target, {
      name: "GET /payments/{id}",
      goal: 0.7,
      ours: { next: () => signedCall(target.key, "GET", `${PAYMENTS}/${paymentId}`), expectedStatus: 200 },
      empty: { next: () => signedCall(target.key, "GET", EMPTY), expectedStatus: 204 },
    }),
  ];
}

type Side = Readonly<{ next: () => Call; expectedStatus: number }>;
type HttpRow = Readonly<{ name: string; goal: number; ours: Side; empty: Side }>;

async function httpRow({ port }: Target, { name, goal, ours, empty }: HttpRow): Promise<Row> {
  for (const side of [ours, empty]) await applyLoad({ port, ...side, durationMs: WARM_UP_MS });
  const [oursLoads, emptyLoads]: [LoadResult[], LoadResult[]] = [[], []];
  const measure = (side: Side, loads: LoadResult[]): Measure => {
    return async () => {
      const load = await applyLoad({ port, ...side, durationMs: ROUND_MS });
      loads.push(load);
      return load.perSecond;
    };
  };
  const row = await compare({
    name,
    ours: measure(ours, oursLoads),
    floor: { name: "an empty handler", measure: measure(empty, emptyLoads) },
    goal: { atLeast: goal },
  });
  return { ...row, note: `${latencies(oursLoads)}; the floor ${latencies(emptyLoads)}` };
}

function latencies(loads: readonly LoadResult[]): string {
  const mean = (of: (load: LoadResult) => number) => loads.reduce((sum, load) => sum + of(load), 0) / loads.length;
  const [p50, p99] = [mean((load) => load.medianMs), mean((load) => load.slowestPercentMs)];
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${mean((load) => load.generatorMicros).toFixed(0)} µs of the generator's CPU a call`;
}

async function createdId({ port }: Target, call: Call): Promise<string> {
  const { status, body } = await send(port, call);
  if (status !== 201) throw new Error(`${call.method} ${call.path} answered ${status}: ${body}`);
  return withId.parse(JSON.parse(body)).id;
}
