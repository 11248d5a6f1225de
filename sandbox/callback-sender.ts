import { createHmac } from "node:crypto";
import { type Callback, createCallbackStore } from "./callback-store";
import type { Ledger } from "./ledger";

export type CallbackTarget = Readonly<{ url: string; secret: string }>;
export type CallbackSender = Readonly<{ wake: () => void; stop: () => void }>;

const TIMEOUT_MS = 5_000;
const AT_ONCE = 50;
/** How long to wait after each attempt that failed; after the last, it is given up. */
const RETRY_AFTER_SECONDS = [1, 2, 5, 15, 60, 300, 1_800, 7_200, 21_600, 86_400] as const;

/**
 * Sends what is due to the target until it answers 2xx, also what an earlier process left behind. At least once: one that
 * dies between the answer and its note sends again.
 */
export function startCallbackSender(ledger: Ledger, target: CallbackTarget): CallbackSender {
  const store = createCallbackStore(ledger.database);
  const sending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function send(callback: Callback): Promise<void> {
    sending.add(callback.id);
    const copies = Array.from({ length: Number(callback.copies) }, () => post(target, callback.body));
    const results = await Promise.all(copies);
    if (stopped) return;
    const isDelivered = results.some((status) => /^2[0-9]{2}$/.test(status));
    const delay = RETRY_AFTER_SECONDS[Number(callback.attempts)];
    const dueAt = isDelivered || delay === undefined ? null : Date.now() + delay * 1_000;
    const deliveredAt = isDelivered ? new Date().toISOString() : null;
    await ledger.write(() => store.note(callback.id, results.at(-1) ?? "lost", dueAt, deliveredAt));
    sending.delete(callback.id);
    wake();
  }

  function wake(): void {
    if (stopped) return;
    clearTimeout(timer);
    const now = Date.now();
    const due = store.due(now, AT_ONCE).filter(({ id }) => !sending.has(id));
    for (const callback of due.slice(0, AT_ONCE - sending.size)) {
      void send(callback).catch((cause: unknown) => {
        sending.delete(callback.id);
        console.error(`a callback could not be noted: ${cause instanceof Error ? cause.name : typeof cause}`);
      });
    }
    const next = store.nextDueAt(now);
    if (next !== null) timer = setTimeout(wake, Math.min(Math.max(next - now, 1), 60_000)).unref();
  }

  wake();
  return {
    wake,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** One POST, signed at the moment it is sent. Tells the status, or `lost`. */
async function post({ url, secret }: CallbackTarget, body: string): Promise<string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sandbox-signature": `t=${timestamp},v1=${digest}` },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch {
    return "lost";
  }
}
