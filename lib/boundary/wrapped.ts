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
