import { Redis } from "@upstash/redis";
import { causesOf } from "@/lib/errors/causes";

/** One try of one call, in milliseconds. A call that is made again takes twice that at most. */
const DEADLINE_MS = 1500;

/** The store did not answer, or not with an answer: whoever needs it answers 503 (lib/boundary/map-error). */
export class RedisUnavailable extends Error {
  override readonly name = "RedisUnavailable";
  readonly code = "REDIS_UNAVAILABLE";
}

export type RedisClient = Readonly<{
  /** Runs a Lua script. What does not answer is asked once more, so a script that changes something must bear that. */
  run: (script: string, args: readonly string[]) => Promise<unknown>;
  ping: () => Promise<void>;
  /** The library's own client, for libraries that are built on it. */
  upstash: Redis;
}>;

/**
 * Redis over Upstash's REST protocol. Of the library's own ways these are turned off: it would make calls again that it
 * was told not to (`retry: false` still makes two), send calls of several people as one, read digits as numbers, and take
 * an abort for an answer.
 */
export function connectRedis(url: string, token: string, deadlineMs = DEADLINE_MS): RedisClient {
  const redis = new Redis({
    url,
    token,
    retry: { retries: 0 },
    automaticDeserialization: false,
    responseEncoding: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    cache: "no-store",
    // A function: of a plain signal the library would make an answer that reads "Aborted".
    signal: () => AbortSignal.timeout(deadlineMs),
  });
  const twice = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch {
      return await call().catch((error: unknown) => {
        throw unavailable(error);
      });
    }
  };
  return {
    run: (script, args) => twice(() => redis.eval(script, [], [...args])),
    ping: async () => {
      await twice(() => redis.ping());
    },
    upstash: redis,
  };
}

/** The library puts the whole command into its messages, with everything in it; no more of them is kept than is safe. */
function unavailable(error: unknown): RedisUnavailable {
  const said = [...causesOf(error)].map(({ name, message }) => `${name}: ${message.split(", command was:")[0]}`);
  return new RedisUnavailable(`Redis did not answer (${said.join("; ").slice(0, 300)})`);
}
