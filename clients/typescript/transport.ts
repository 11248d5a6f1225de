import { ApiError, ConnectionError } from "./errors.ts";
import { isWorthAnotherTry, pauseMs } from "./retries.ts";
import { sign } from "./signing.ts";
import type { Problem } from "./types.ts";

export type TransportOptions = Readonly<{
  /** Where the server is, such as https://pay.example.com. */
  url: string;
  keyId: string;
  secret: string;
  /** How often a call is tried in all. */
  tries?: number;
  /** How long one try may take, in milliseconds. The server itself waits up to ten seconds for another call's answer. */
  timeoutMs?: number;
  /** For tests and proxies. */
  fetch?: typeof fetch;
  /** For tests. */
  sleep?: (ms: number) => Promise<void>;
}>;

export type Call = Readonly<{
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/api/v1`. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  idempotencyKey?: string;
}>;

type Send = (call: Call) => Promise<unknown>;

const defaultSleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Sends signed calls. One that gets no answer, or "not now", is sent again with the same bytes and under the same idempotency
 * key; only time, nonce and signature are new.
 */
export function createTransport(options: TransportOptions): Send {
  const { tries = 5, sleep = defaultSleep } = options;
  return async (call) => {
    const url = urlOf(options.url, call);
    const body = call.body === undefined ? "" : JSON.stringify(call.body);
    let isUnanswered = false;
    for (let tried = 1; ; tried += 1) {
      const answer = await tryOnce(options, call, url, body);
      if (answer instanceof Error) {
        if (tried >= tries) throw answer;
        isUnanswered = true;
        await sleep(pauseMs(tried, null, Math.random()));
        continue;
      }
      const { response, content } = answer;
      if (response.ok) return content;
      // What an unanswered try has deleted is not there any more: that is what was asked for.
      if (call.method === "DELETE" && response.status === 404 && isUnanswered) return undefined;
      const problem: Partial<Problem> = isProblem(content) ? content : {};
      const retryAfter = response.headers.get("retry-after");
      const answered = { status: response.status, code: problem.code, retryAfter };
      if (tried >= tries || !isWorthAnotherTry(answered)) throw new ApiError(response.status, problem);
      await sleep(pauseMs(tried, retryAfter, Math.random()));
    }
  };
}

function urlOf(server: string, { path, query = {} }: Call): URL {
  const url = new URL(`/api/v1${path}`, server);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

async function tryOnce(
  { keyId, secret, timeoutMs = 30_000, fetch: send = fetch }: TransportOptions,
  { method, idempotencyKey = "" }: Call,
  url: URL,
  body: string,
): Promise<{ response: Response; content: unknown } | ConnectionError> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = crypto.randomUUID();
  const path = url.pathname + url.search;
  const headers = {
    "X-Api-Key": keyId,
    "X-Timestamp": timestamp,
    "X-Nonce": nonce,
    "X-Signature": await sign(secret, { method, path, timestamp, nonce, idempotencyKey, body }),
    ...(body === "" ? {} : { "Content-Type": "application/json" }),
    ...(idempotencyKey === "" ? {} : { "Idempotency-Key": idempotencyKey }),
  };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    // A signature is for this server alone: it must not be carried to another.
    const init = { method, headers, signal, redirect: "error" as const };
    const response = await send(url, body === "" ? init : { ...init, body });
    return { response, content: parse(await response.text()) };
  } catch (cause) {
    return new ConnectionError("No answer came. Call again with the same idempotency key.", { cause });
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    // A proxy's own page, say.
    return undefined;
  }
}

function isProblem(content: unknown): content is Problem {
  return typeof content === "object" && content !== null && "code" in content && "request_id" in content;
}
