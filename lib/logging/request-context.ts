import { AsyncLocalStorage } from "node:async_hooks";

/** Who a line is about. Handed to everything that runs below, without passing it along. */
export type RequestContext = Readonly<{ requestId: string; merchantId?: string; actorId?: string }>;

/**
 * One storage for the process: a bundler may load this module once for each entry point, and two storages would lose
 * the request between them.
 */
const KEY = Symbol.for("countinghouse.request-context");
const shared: typeof globalThis & { [KEY]?: AsyncLocalStorage<RequestContext> } = globalThis;
shared[KEY] ??= new AsyncLocalStorage<RequestContext>();
const storage = shared[KEY];

/**
 * Runs `fn`, and whatever it awaits, in a context. It may be nested: once the caller is known, run the rest in
 * `{ ...currentRequestContext(), merchantId, actorId }`.
 */
export function runWithRequestContext<T>(context: RequestContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** The context of the request being served; undefined outside one (start-up, background jobs). */
export function currentRequestContext(): RequestContext | undefined {
  return storage.getStore();
}
