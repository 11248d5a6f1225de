/**
 * Marks what went through a wrapper of this folder. A test walks every route, page and action of the product and fails on
 * one without the mark, so that nothing is reachable that forgot to ask who is there.
 */
const WRAPPED = Symbol.for("countinghouse.wrapped");

export type WrapperKind = "api" | "handler" | "action" | "page";

export function markWrapped<Fn extends (...args: never[]) => unknown>(fn: Fn, kind: WrapperKind): Fn {
  return Object.defineProperty(fn, WRAPPED, { value: kind });
}

export function wrapperKind(value: unknown): WrapperKind | null {
  return typeof value === "function" && WRAPPED in value ? (value[WRAPPED] as WrapperKind) : null;
}

const specs = new WeakMap<object, object>();

/** Remembers what a handler was made with, for the test that compares it with what is documented. */
export function rememberSpec<Fn extends (...args: never[]) => unknown>(fn: Fn, spec: object): Fn {
  specs.set(fn, spec);
  return fn;
}

export function specOf(handler: unknown): object | null {
  return typeof handler === "function" ? (specs.get(handler) ?? null) : null;
}
