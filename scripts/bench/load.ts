import { Agent, request } from "node:http";

export type Call = Readonly<{ method: string; path: string; headers: Record<string, string>; body: string }>;

type Load = Readonly<{
  port: number;
  /** Makes the next call; asked for each, so that each has its own nonce and key. */
  next: () => Call;
  expectedStatus: number;
  durationMs: number;
}>;

export type LoadResult = Readonly<{
  perSecond: number;
  medianMs: number;
  slowestPercentMs: number;
  /** CPU of this process for one call, in microseconds: signing and HTTP. It is taken from what the server could have had. */
  generatorMicros: number;
}>;

export const CONCURRENCY = 16;
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });

/** Sixteen callers on kept-alive connections, each sending its next call when the last was answered. */
export async function applyLoad({ port, next, expectedStatus, durationMs }: Load): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const caller = async () => {
    while (performance.now() - startedAt < durationMs) {
      const sentAt = performance.now();
      const { status, body } = await send(port, next());
      if (status !== expectedStatus)
        throw new Error(`expected ${expectedStatus}, and the server said ${status}: ${body}`);
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    perSecond: (sorted.length * 1000) / elapsedMs,
    medianMs: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    slowestPercentMs: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    generatorMicros: (user + system) / sorted.length,
  };
}

/** Sends one call and reads the whole answer. */
export function send(port: number, { method, path, headers, body }: Call): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}
