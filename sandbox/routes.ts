import type { IncomingMessage, RequestListener } from "node:http";
import type { z } from "zod";
import type { Outcome } from "./answers";
import type { Books } from "./books";
import { deliver, send } from "./delivery";
import { parseJson, RefusedCall, readText } from "./http";
import { HistoryError, importHistory } from "./import-history";
import type { Ledger } from "./ledger";
import type { Witness } from "./request-log";
import {
  captureRequestSchema,
  chargeRequestSchema,
  historySchema,
  idempotencyKeySchema,
  refundRequestSchema,
  voidRequestSchema,
} from "./requests";
import { captureCharge, refundCharge, voidCharge } from "./settle-charge";
import { takeCharge } from "./take-charge";
import { callbackView, chargeDetailView, chargeView, refundView } from "./views";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

type Call = Readonly<{ request: IncomingMessage; query: URLSearchParams; id: string }>;
type Handler = (call: Call) => Outcome | Promise<Outcome>;

/** Answers the acquirer's calls over the ledger: `METHOD /path`, where `:id` is a charge. */
export function createRequestListener(ledger: Ledger, books: Books, witness: Witness = () => {}): RequestListener {
  const handlers = createHandlers(ledger, books, witness);
  return async (request, response) => {
    witness(request);
    try {
      await deliver(request, response, await answer(handlers, request));
    } catch (cause) {
      if (response.headersSent || request.socket.destroyed) return;
      if (cause instanceof RefusedCall) return send(response, cause.status, cause.body);
      console.error(`call failed: ${describeFailure(cause)}`);
      send(response, 500, new RefusedCall(500, "internal_error", "Something went wrong.").body);
    }
  };
}

// SQLite's own words for the error, or the class of another: a message could quote what was sent.
function describeFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return "errstr" in cause ? String(cause.errstr) : cause.name;
}

function answer(handlers: Readonly<Record<string, Handler>>, request: IncomingMessage): Outcome | Promise<Outcome> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://sandbox");
  const [, id = ""] = /^\/v1\/charges\/(ch_[0-9a-z]+)/.exec(pathname) ?? [];
  const route = id === "" ? pathname : pathname.replace(id, ":id");
  const handler = handlers[`${request.method} ${route}`];
  if (handler === undefined) throw new RefusedCall(404, "not_found", "There is nothing at this address.");
  return handler({ request, query: searchParams, id });
}

function createHandlers(ledger: Ledger, books: Books, witness: Witness): Readonly<Record<string, Handler>> {
  const { charges, refunds, callbacks } = books;
  const readBody = async <T extends z.ZodType>(request: IncomingMessage, schema: T): Promise<z.output<T>> => {
    const text = await readText(request, MAX_BODY_BYTES);
    witness(request, text);
    return parseAs(schema, parseJson(text));
  };
  return {
    "GET /health": () => ok({ status: "ok" }),
    "GET /v1/charges": ({ query }) => {
      const filter = { reference: query.get("reference"), idempotencyKey: query.get("idempotency_key") };
      return ok({ data: charges.list({ ...filter, limit: readLimit(query) }).map(chargeView) });
    },
    "GET /v1/charges/:id": ({ id }) => {
      const charge = charges.find(id);
      if (charge === null) throw new RefusedCall(404, "not_found", "No charge has this id.");
      return ok(chargeDetailView(charge));
    },
    "POST /v1/charges": async ({ request }) => {
      const key = readKey(request);
      const body = await readBody(request, chargeRequestSchema);
      return ledger.write(() => takeCharge(books, key, body));
    },
    "POST /v1/charges/:id/capture": async ({ request, id }) => {
      const key = readKey(request);
      const { amount } = await readBody(request, captureRequestSchema);
      return ledger.write(() => captureCharge(books, key, id, amount ?? null));
    },
    "POST /v1/charges/:id/void": async ({ request, id }) => {
      const key = readKey(request);
      await readBody(request, voidRequestSchema);
      return ledger.write(() => voidCharge(books, key, id));
    },
    "POST /v1/charges/:id/refunds": async ({ request, id }) => {
      const key = readKey(request);
      const { amount } = await readBody(request, refundRequestSchema);
      return ledger.write(() => refundCharge(books, key, id, amount));
    },
    "GET /v1/refunds": ({ query }) => {
      const filter = { idempotencyKey: query.get("idempotency_key"), chargeId: query.get("charge") };
      return ok({ data: refunds.list({ ...filter, limit: readLimit(query) }).map(refundView) });
    },
    "GET /v1/charges/:id/callbacks": ({ id }) => ok({ data: callbacks.ofCharge(id).map(callbackView) }),
    "POST /v1/ledger/import": async ({ request }) => {
      const text = await readText(request, MAX_IMPORT_BYTES);
      witness(request, text);
      const history = parseAs(historySchema, text.trimStart().startsWith("[") ? parseJson(text) : parseLines(text));
      return ok(await ledger.write(() => importHistory(charges, refunds, history)).catch(refuseHistory));
    },
  };
}

const ok = (body: object): Outcome => ({
  status: 200,
  body: JSON.stringify(body),
  replayed: false,
  delivery: "at_once",
});

const parseLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseJson);

function refuseHistory(cause: unknown): never {
  if (cause instanceof HistoryError) throw new RefusedCall(422, "invalid_request", cause.message);
  throw cause;
}

function readKey(request: IncomingMessage): string {
  const key = idempotencyKeySchema.safeParse(request.headers["idempotency-key"]);
  if (key.success) return key.data;
  throw new RefusedCall(400, "idempotency_key_invalid", "Send an Idempotency-Key of 1 to 255 printable characters.");
}

/** More than the largest limit means as many as there may be. */
function readLimit(query: URLSearchParams): number {
  const text = query.get("limit") ?? String(DEFAULT_LIMIT);
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new RefusedCall(400, "limit_invalid", "limit is a whole number from 1.");
  return Math.min(Number(text), MAX_LIMIT);
}

// Names the places that are wrong, never what stood there: it may be a card number.
function parseAs<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = [...new Set(parsed.error.issues.map((issue) => `/${issue.path.join("/")}`))].slice(0, 20);
  throw new RefusedCall(422, "invalid_request", `Check ${places.join(", ")}.`);
}
