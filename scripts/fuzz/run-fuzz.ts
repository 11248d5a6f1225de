import { randomBytes } from "node:crypto";
import fc from "fast-check";
import type { ApiKey } from "../demo/signed-client";
import { callsOf, isJson, type Json } from "./document";
import { createJudge, type FuzzAnswer } from "./judge";
import { sendFuzz } from "./send";
import { type FuzzCall, ID_OF, storiesOf } from "./stories";

export type FuzzSettings = Readonly<{ url: string; key: ApiKey; stories: number; length: number; seed: number }>;
export type FuzzResult = Readonly<{ calls: number; byStatus: ReadonlyMap<number, number>; failure: string | null }>;

/** More would be refused as too many. */
const ENDPOINTS_KEPT = 3;

/**
 * Sends made-up calls to a server, of every kind that its own OpenAPI document tells of, and holds each answer against that
 * document. A failure names the seed that repeats it; ids and keys are new in each run.
 */
export async function runFuzz({ url, key, stories, length, seed }: FuzzSettings): Promise<FuzzResult> {
  const document = (await (await fetch(new URL("/api/v1/openapi.json", url))).json()) as Json;
  const calls = callsOf(document);
  const judge = createJudge(document);
  const ids = new Map<string, string[]>();
  const byStatus = new Map<number, number>();
  const run = randomBytes(6).toString("hex");
  let sent = 0;

  const play = async (made: FuzzCall): Promise<string[]> => {
    const { call, nth, strangeId } = made;
    const chosen = (prefix: string) => pick(ids.get(prefix), nth) ?? `${prefix}_00000000000000000000000000`;
    const body = withIds(made.body, chosen);
    const query = Object.fromEntries(
      Object.entries(made.query).map(([name, value]) => [name, String(withIds(value, chosen)).toWellFormed()]),
    );
    const id = segment(strangeId ?? chosen(prefixOf(call.path)));
    const path = call.path.replace("{id}", () => id);
    const idempotencyKey = made.key === null ? null : `${made.key}${made.key.length > 40 ? "" : `-${run}`}`;
    const answer = await sendFuzz(url, key, { ...made, path, query, body, key: idempotencyKey });
    sent += 1;
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
    keepId(ids, answer);
    const wrong = judge(call, { query, body, rawBody: made.rawBody }, answer);
    await dropEndpoints(url, key, ids);
    return wrong;
  };

  await makeThings(url, key, ids);
  const property = fc.asyncProperty(storiesOf(calls, length), async (story) => {
    for (const made of story) {
      const wrong = await play(made);
      if (wrong.length > 0)
        throw new Error(`${wrong.join("; ")}\nsent ${JSON.stringify({ ...made, call: made.call.id })}`);
    }
  });
  // What a story does depends on those before it, so that a smaller one need not show the same: the first one is told.
  const { failed, errorInstance } = await fc.check(property, { numRuns: stories, seed, endOnFailure: true });
  await dropEndpoints(url, key, ids, 0);
  const failure = failed ? String(errorInstance instanceof Error ? errorInstance.message : errorInstance) : null;
  return { calls: sent, byStatus, failure };
}

/** Something of each kind, and payments in several states, so that the first calls find what they are about. */
async function makeThings(url: string, key: ApiKey, ids: Map<string, string[]>): Promise<void> {
  const post = async (path: string, body: Json) => {
    const call = { id: "make", method: "POST", path, query: [], body: null, isKeyed: true, responses: {} };
    const idempotencyKey = randomBytes(12).toString("hex");
    keepId(ids, await sendFuzz(url, key, { call, path, query: {}, body, rawBody: null, key: idempotencyKey }));
  };
  await post("/cards", { number: "4242424242424242", exp_month: 12, exp_year: 2040 });
  await post("/customers", { name: "Ada", email: "ada@example.com" });
  await post("/webhook-endpoints", { url: "http://127.0.0.1:9/", events: ["*"] });
  const [card] = ids.get("tok") ?? [];
  for (const capture of [true, false, false, true])
    await post("/payments", { amount: "9.00", currency: "INR", card, capture });
  const [first] = ids.get("pay") ?? [];
  await post(`/payments/${first}/refunds`, { amount: "1.00" });
}

/** One part of a path. What a URL takes for a way up, or for nothing, would be another path. */
function segment(id: string): string {
  return /^\.{0,2}$/.test(id) ? "x" : encodeURIComponent(id.toWellFormed());
}

function pick<Item>(items: readonly Item[] | undefined, nth: number): Item | undefined {
  return items && items.length > 0 ? items[nth % items.length] : undefined;
}

const PREFIXES: readonly [string, string][] = [
  ["/cards", "tok"],
  ["/customers", "cus"],
  ["/payments", "pay"],
  ["/refunds", "ref"],
  ["/webhook-endpoints", "whk"],
  ["/webhook-deliveries", "whd"],
];

function prefixOf(path: string): string {
  return PREFIXES.find(([start]) => path.startsWith(start))?.[1] ?? "pay";
}

function withIds(value: unknown, chosen: (prefix: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, chosen));
  if (!isJson(value)) return value;
  if (typeof value[ID_OF] === "string") return chosen(value[ID_OF]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withIds(inner, chosen)]));
}

function keepId(ids: Map<string, string[]>, { status, text }: FuzzAnswer): void {
  if (status >= 300 || text === "") return;
  const body: unknown = JSON.parse(text);
  const found = isJson(body) && Array.isArray(body.data) ? body.data : [body];
  for (const item of found) {
    const id = isJson(item) ? item.id : undefined;
    if (typeof id !== "string") continue;
    const [prefix = ""] = id.split("_");
    const known = ids.get(prefix) ?? [];
    if (!known.includes(id)) ids.set(prefix, [...known.slice(-30), id]);
  }
}

/** What a run has set up where events are sent to is taken away again. */
async function dropEndpoints(
  url: string,
  key: ApiKey,
  ids: Map<string, string[]>,
  kept = ENDPOINTS_KEPT,
): Promise<void> {
  const endpoints = ids.get("whk") ?? [];
  for (const id of endpoints.slice(0, Math.max(0, endpoints.length - kept))) {
    const call = { id: "drop", method: "DELETE", path: "", query: [], body: null, isKeyed: false, responses: {} };
    const drop = { call, nth: 0, strangeId: null, query: {}, body: undefined, rawBody: null, key: null };
    await sendFuzz(url, key, { ...drop, path: `/webhook-endpoints/${id}` });
  }
  ids.set("whk", endpoints.slice(Math.max(0, endpoints.length - kept)));
}
