// Loaded before the server (`node --import`): Next.js hides the socket and the query's own bytes from handlers, so the
// client's address and the request's target are put into headers of ours here, where they are. Plain JavaScript, for it runs before anything is compiled.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { Server } from "node:http";

const ADDRESS_HEADER = "x-countinghouse-client-address";
const TARGET_HEADER = "x-countinghouse-target";

// A client has no say in these. Some Next.js reads from itself only, others from a proxy in front, if there is one.
const INTERNAL_HEADERS = [
  ADDRESS_HEADER,
  TARGET_HEADER,
  "x-countinghouse-path",
  "x-csp-nonce",
  "content-security-policy",
  "content-security-policy-report-only",
  "x-middleware-subrequest",
  "next-resume",
];
const PROXY_HEADERS = [
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-real-ip",
  "forwarded",
];

const trustedProxies = Number(process.env.TRUSTED_PROXIES ?? 0);

/** The last address that a trusted proxy, or the socket itself, vouches for. */
function clientAddress(request) {
  const socketAddress = request.socket.remoteAddress ?? "";
  if (!(trustedProxies > 0)) return socketAddress;
  const forwarded = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((part) => part.trim());
  const hops = [...forwarded.filter(Boolean), socketAddress];
  return hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? socketAddress;
}

/** What Next.js would answer with a bare 500: a path that is no UTF-8, and a method that carries the request back. */
function refusalOf({ method, url = "" }) {
  if (method === "TRACE") return { status: 405, code: "method_not_allowed", title: "Method not allowed" };
  try {
    decodeURIComponent(url.split("?", 1)[0]);
    return null;
  } catch {
    return { status: 404, code: "not_found", title: "Not found" };
  }
}

function refuse(response, { status, code, title }) {
  const requestId = `req_${randomBytes(13).toString("hex")}`;
  const problem = { type: `/docs/errors#${code}`, title, status, detail: `${title}.`, code, request_id: requestId };
  response.writeHead(status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-request-id": requestId,
  });
  response.end(JSON.stringify(problem));
  return true;
}

// What lib/boundary leaves here of the request at hand. Next.js answers every page that fails with 500; one that failed
// only for now says when to come back.
const answers = new AsyncLocalStorage();
globalThis.countinghouseAnswers = answers;

function answerOutages(response, answer) {
  const { writeHead } = response;
  response.writeHead = function writeHeadTrue(status, ...rest) {
    if (status !== 500 || answer.retryAfterSeconds === undefined) return writeHead.call(this, status, ...rest);
    this.setHeader("retry-after", String(answer.retryAfterSeconds));
    return writeHead.call(this, 503, ...rest);
  };
}

const emit = Server.prototype.emit;
Server.prototype.emit = function emitStamped(event, ...args) {
  if (event === "request") {
    const [request, response] = args;
    const refusal = refusalOf(request);
    if (refusal) return refuse(response, refusal);
    const address = clientAddress(request);
    const dropped = trustedProxies > 0 ? INTERNAL_HEADERS : [...INTERNAL_HEADERS, ...PROXY_HEADERS];
    for (const name of dropped) delete request.headers[name];
    request.headers[ADDRESS_HEADER] = address;
    request.headers[TARGET_HEADER] = request.url;
    // Next.js prints one that is not its own, whatever it holds.
    if (!/^[0-9a-f]{40,64}$/.test(request.headers["next-action"] ?? "0".repeat(40)))
      delete request.headers["next-action"];
    const answer = {};
    answerOutages(response, answer);
    return answers.run(answer, () => emit.call(this, event, ...args));
  }
  return emit.call(this, event, ...args);
};

globalThis.countinghouseStampsAddresses = true;

// Next.js ends the process as soon as the last request is answered. What must still be written then, such as the audit
// trail's own end, is put here by lib/background and waited for, but not for ever.
const DRAIN_MS = 5000;
globalThis.countinghouseWhenDrained = [];

const close = Server.prototype.close;
Server.prototype.close = function closeDrained(callback) {
  return close.call(this, async (error) => {
    const work = Promise.allSettled(globalThis.countinghouseWhenDrained.map((finish) => finish()));
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
    callback?.(error);
  });
};
