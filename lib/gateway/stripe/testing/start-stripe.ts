import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  type Answer,
  cancelIntent,
  captureIntent,
  confirmIntent,
  createCard,
  createIntent,
  createRefund,
  failure,
  findIntent,
  listOf,
  ok,
  openBooks,
  type Params,
} from "./stripe-books";

export const SECRET_KEY = "sk_test_0123456789abcdef";
export const ACCOUNT_ID = "acct_0123456789abcdef";

/**
 * What becomes of a call: `lost` is done and never answered, `unsent` is not done and never answered. `500` is done, `broken`
 * is not done, and that failure is what Stripe keeps under the call's key; `503` is done by nobody and kept nowhere.
 */
export type Fate = "lost" | "unsent" | "reset" | "half" | "500" | "broken" | "503" | "429" | "401" | "late";

export type Call = Readonly<{ method: string; path: string; key: string | null; params: Params; version: string }>;
export type FakeStripe = Awaited<ReturnType<typeof startStripe>>;

const LATE_MS = 300;
const FAILED = failure(500, { type: "api_error" });

/** A server on this machine that answers as Stripe's API does: bearer key, forms, idempotency keys, errors. */
export async function startStripe() {
  const books = openBooks();
  const calls: Call[] = [];
  const answers = new Map<string, { request: string; answer: Answer }>();
  const fates: [RegExp, Fate][] = [];
  const handle = createHandler(books);

  function act(call: Call, query: URLSearchParams, fate: Fate | null): Answer {
    if (fate === "broken") return FAILED;
    const answer = handle(call, query);
    return fate === "500" ? FAILED : answer;
  }

  function answerOnce(call: Call, query: URLSearchParams, fate: Fate | null): Answer {
    if (call.key === null || call.method !== "POST") return act(call, query, fate);
    const request = JSON.stringify([call.path, call.params]);
    const stored = answers.get(call.key);
    if (stored !== undefined) {
      if (stored.request !== request) return failure(400, { type: "idempotency_error" });
      return { ...stored.answer, replayed: true };
    }
    const answer = act(call, query, fate);
    // As Stripe: what failed its checks was never begun, and is not kept.
    if (answer.status !== 400) answers.set(call.key, { request, answer });
    return answer;
  }

  const server = createServer(async (request, response) => {
    const { call, query } = await readCall(request);
    calls.push(call);
    // What Stripe answers from its memory cannot break anew.
    const isKept = call.key !== null && answers.has(call.key);
    const fits = ([pattern, fate]: [RegExp, Fate]) =>
      pattern.test(`${call.method} ${call.path}`) && !(isKept && fate === "broken");
    const place = fates.findIndex(fits);
    const [, fate] = place < 0 ? [] : (fates.splice(place, 1)[0] ?? []);
    if (fate === "unsent" || fate === "429" || fate === "401" || fate === "503") return fail(response, fate);
    if (request.headers.authorization !== `Bearer ${SECRET_KEY}`) return fail(response, "401");
    const answer = answerOnce(call, query, fate ?? null);
    deliver(request, response, answer, fate ?? null);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    books,
    calls,
    /** The next call that fits, once. */
    next: (pattern: RegExp, fate: Fate) => fates.push([pattern, fate]),
    /** As Stripe may a day later. */
    forgetKeys: () => answers.clear(),
    /** Payments that took or hold money. */
    chargesOf: (paymentId: string) =>
      [...books.intents.values()].filter(
        ({ metadata, status }) =>
          metadata.payment_id === paymentId && ["succeeded", "requires_capture", "processing"].includes(status),
      ),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function createHandler(books: ReturnType<typeof openBooks>) {
  return ({ method, path, params }: Call, query: URLSearchParams): Answer => {
    const [, id = "", action = ""] = /^\/v1\/payment_intents\/(pi_[0-9a-f]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
    switch (`${method} ${id === "" ? path : path.replace(id, ":id")}`) {
      case "GET /v1/account":
        return ok({ id: ACCOUNT_ID, object: "account" });
      case "POST /v1/payment_intents":
        return createIntent(books, params);
      case "GET /v1/payment_intents":
        return listOf([...books.intents.values()], query);
      case "GET /v1/payment_intents/:id":
        return findIntent(books, id);
      case "POST /v1/payment_methods":
        return createCard(books, params);
      case "POST /v1/payment_intents/:id/confirm":
        return confirmIntent(books, id, params);
      case "POST /v1/payment_intents/:id/capture":
        return captureIntent(books, id, params);
      case "POST /v1/payment_intents/:id/cancel":
        return cancelIntent(books, id);
      case "POST /v1/refunds":
        return createRefund(books, params);
      case "GET /v1/refunds": {
        const intent = query.get("payment_intent");
        return listOf(
          [...books.refunds.values()].filter((refund) => refund.payment_intent === intent),
          query,
        );
      }
      default:
        return failure(404, { type: "invalid_request_error", message: `Unrecognized URL ${action}` });
    }
  };
}

async function readCall(request: IncomingMessage): Promise<{ call: Call; query: URLSearchParams }> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://stripe");
  const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  const key = request.headers["idempotency-key"];
  const version = String(request.headers["stripe-version"]);
  const call = {
    ...{ method: request.method ?? "", path: pathname, params: Object.fromEntries(form) },
    ...{ key: typeof key === "string" ? key : null, version },
  };
  return { call, query: searchParams };
}

function fail(response: ServerResponse, fate: "unsent" | "503" | "429" | "401"): void {
  if (fate === "unsent") return;
  const type = { "401": "invalid_request_error", "429": "rate_limit_error", "503": "api_error" }[fate];
  send(response, Number(fate), JSON.stringify({ error: { type, message: "Words for people." } }));
}

function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, replayed }: Answer,
  fate: Fate | null,
): void {
  const text = JSON.stringify(body);
  if (replayed) response.setHeader("idempotent-replayed", "true");
  if (fate === "lost") return;
  if (fate === "reset") request.socket.resetAndDestroy();
  else if (fate === "half") send(response, status, text.slice(0, text.length / 2));
  else if (fate === "late") setTimeout(() => send(response, status, text), LATE_MS);
  else send(response, status, text);
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": "req_stripe" }).end(text);
}
