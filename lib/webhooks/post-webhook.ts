import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { mayReach } from "./address-policy";
import { type HostAddress, resolveHost } from "./resolve-host";

/** What came of an attempt: the receiver's status, or in a word why there is none. */
export type Attempted = Readonly<
  ({ statusCode: number; error: null } | { statusCode: null; error: string }) & { latencyMs: number }
>;

export type Limits = Readonly<{
  allowPrivate: boolean;
  /** For all of it: name, connection, and answer. */
  timeoutMs: number;
  /** Ends it early: the server stops. */
  stopped?: AbortSignal;
  /** By default by the name servers. */
  resolve?: typeof resolveHost;
}>;

/** The error of an attempt that ended with the server. */
export const INTERRUPTED = "server_stopped";

/** Of an answer no more is read than this, nor for longer; what was read is forgotten. The status says it all. */
const READ_MAX_BYTES = 64 * 1024;
const READ_MAX_MS = 1000;

/**
 * Sends one signed event. It connects to an address that was looked at, and to no other: the name is resolved once, here, and
 * where one of its addresses may not be reached nothing is sent (SSRF, DNS rebinding). Redirects are not followed, no proxy is
 * asked, no connection is kept. Never rejects, and always ends: the time, or the server's end, overtakes whatever hangs. The
 * latency is until the answer's status, in milliseconds.
 */
export async function postWebhook(
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowPrivate, timeoutMs, stopped, resolve = resolveHost }: Limits,
): Promise<Attempted> {
  const startedAt = performance.now();
  const late = AbortSignal.timeout(timeoutMs);
  const signal = stopped ? AbortSignal.any([late, stopped]) : late;
  const since = () => Math.round(performance.now() - startedAt);
  const failed = (error: string): Attempted => ({ statusCode: null, error, latencyMs: since() });
  try {
    const url = new URL(target);
    const addresses = await inTime(resolve(url.hostname, timeoutMs), signal);
    if (addresses.length === 0) return failed("name_not_found");
    if (!addresses.every(({ address }) => mayReach(address, allowPrivate))) return failed("address_refused");
    const response = await inTime(send(url, headers, body, addresses, signal), signal);
    const latencyMs = since();
    await readSome(response);
    return { statusCode: response.statusCode ?? 0, error: null, latencyMs };
  } catch (cause) {
    if (stopped?.aborted) return failed(INTERRUPTED);
    return failed(late.aborted ? "timeout" : (systemCode(cause) ?? "connection_lost"));
  }
}

/** Rejects when the signal comes first, whatever becomes of the work. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", end));
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  addresses: readonly HostAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const length = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const options = { method: "POST", agent: false, lookup: lookupIn(addresses), signal } as const;
    const call = request(url, { ...options, headers: { ...headers, "content-length": length } }, resolve);
    call.on("error", reject);
    // To a 101 there is neither a response nor an error, and unless somebody listens the socket is simply gone.
    call.on("upgrade", (response, socket) => {
      socket.destroy();
      response.destroy();
      resolve(response);
    });
    call.on("close", () => reject(new Error("closed without an answer")));
    call.end(body);
  });
}

/** Answers with what was looked at. A literal address is not looked up at all: it is itself what was looked at. */
function lookupIn(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/** A receiver that is in the middle of its answer may take it ill that nobody listens; one that never ends is cut off. */
function readSome(response: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    clearTimeout(cut);
    response.destroy();
    resolve();
  };
  const cut = setTimeout(end, READ_MAX_MS);
  let bytes = 0;
  // What follows the status changes nothing, be it an error.
  response.on("end", end).on("close", end).on("error", end);
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > READ_MAX_BYTES) end();
  });
  if (response.destroyed) end();
  return promise;
}

/** Such as ECONNRESET or CERT_HAS_EXPIRED. The messages beside it may quote the peer, whose bytes are not ours to keep. */
function systemCode(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  if ("code" in cause && typeof cause.code === "string" && /^[A-Z_]{1,60}$/.test(cause.code)) return cause.code;
  return systemCode(cause.cause);
}
