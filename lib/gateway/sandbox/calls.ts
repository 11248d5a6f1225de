import { type Exchange, exchange } from "@/lib/http/exchange";

/** A call to the sandbox acquirer; `path` under its base address. */
export type SandboxCall = Readonly<{ path: string; key: string; body: object; timeoutMs: number; requestId: string }>;

/** The two ways to ask the sandbox acquirer. Each reads the whole answer, within its deadline, and never rejects. */
export function createCalls(baseUrl: string) {
  return {
    post: ({ path, key, body, timeoutMs, requestId }: SandboxCall): Promise<Exchange> =>
      exchange(
        new URL(path, baseUrl),
        {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key, "x-request-id": requestId },
          body: JSON.stringify(body),
        },
        timeoutMs,
      ),
    get: ({ path, timeoutMs, requestId }: Omit<SandboxCall, "key" | "body">): Promise<Exchange> =>
      exchange(new URL(path, baseUrl), { method: "GET", headers: { "x-request-id": requestId }, body: "" }, timeoutMs),
  };
}

export type SandboxCalls = ReturnType<typeof createCalls>;
