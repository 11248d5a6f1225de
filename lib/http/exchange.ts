import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** What came back from a call, or why nothing whole did. */
export type Exchange =
  | Readonly<{
      kind: "answered";
      status: number;
      text: string;
      /** The peer says that it gave this answer before, to the same idempotency key. */
      replayed: boolean;
    }>
  | Readonly<{ kind: "lost"; reason: string }>;

type Outgoing = Readonly<{
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Default: 64 KiB. */
  maxAnswerBytes?: number;
}>;

const MAX_ANSWER_BYTES = 64 * 1024;
const http = { request: httpRequest, agent: new HttpAgent({ keepAlive: true }) };
const https = { request: httpsRequest, agent: new HttpsAgent({ keepAlive: true }) };

class AnswerTooLarge extends Error {}

/**
 * Sends one request and reads the whole answer as text. The deadline covers both: a peer that sends headers at once
 * and its body never is late too. Never rejects; `reason` holds nothing of what was sent or received. Redirects are not
 * followed: one would carry a card, or a code, to an address nobody configured.
 */
export async function exchange(
  url: URL,
  { method, headers, body, maxAnswerBytes = MAX_ANSWER_BYTES }: Outgoing,
  timeoutMs: number,
): Promise<Exchange> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { request, agent } = url.protocol === "https:" ? https : http;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const call = request(url, { agent, method, headers: { ...headers, "content-length": length }, signal }, resolve);
      call.on("error", reject);
      call.end(body);
    });
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new Error("a redirect");
    }
    const replayed = response.headers["idempotent-replayed"] === "true";
    return { kind: "answered", status, text: await readText(response, maxAnswerBytes), replayed };
  } catch (cause) {
    return { kind: "lost", reason: describeLoss(cause, signal, timeoutMs) };
  }
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AnswerTooLarge(`an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function describeLoss(cause: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `no whole answer within ${timeoutMs} ms`;
  if (cause instanceof AnswerTooLarge) return cause.message;
  return `connection lost (${systemCode(cause) ?? "no code"})`;
}

// Such as ECONNRESET. The messages beside it may quote the peer, whose bytes are not ours to log.
function systemCode(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  if ("code" in cause && typeof cause.code === "string" && /^[A-Z_]{1,40}$/.test(cause.code)) return cause.code;
  return systemCode(cause.cause);
}
