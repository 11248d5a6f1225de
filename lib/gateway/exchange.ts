/** What came back from a call, or why nothing whole did. */
export type Exchange =
  | Readonly<{ kind: "answered"; status: number; text: string }>
  | Readonly<{ kind: "lost"; reason: string }>;

const MAX_ANSWER_BYTES = 64 * 1024;

class AnswerTooLarge extends Error {}

/**
 * Sends one request and reads the whole answer as text. The deadline covers both: a peer that sends headers at once
 * and its body never is late too. Never rejects; `reason` holds nothing of what was sent or received.
 */
export async function exchange(url: URL, init: RequestInit, timeoutMs: number): Promise<Exchange> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // A redirect would carry the card to an address nobody configured.
    const response = await fetch(url, { ...init, signal, redirect: "error", cache: "no-store" });
    return { kind: "answered", status: response.status, text: await readText(response) };
  } catch (cause) {
    return { kind: "lost", reason: describeLoss(cause, signal, timeoutMs) };
  }
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new AnswerTooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function describeLoss(cause: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `no whole answer within ${timeoutMs} ms`;
  if (cause instanceof AnswerTooLarge) return `an answer of more than ${MAX_ANSWER_BYTES} bytes`;
  return `connection lost (${systemCode(cause) ?? "no code"})`;
}

// Such as ECONNRESET. The messages beside it may quote the peer, whose bytes are not ours to log.
function systemCode(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  if ("code" in cause && typeof cause.code === "string" && /^[A-Z_]{1,40}$/.test(cause.code)) return cause.code;
  return systemCode(cause.cause);
}
