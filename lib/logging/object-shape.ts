import type { FieldClass } from "./field-names";

/** A named value; the third part overrides what its name says. */
export type Entry = readonly [name: string, value: unknown, fieldClass?: FieldClass];

/** Every object is one of these to a log. */
export type ObjectShape =
  | Readonly<{ kind: "text"; text: string }>
  | Readonly<{ kind: "list"; items: Iterable<unknown> }>
  | Readonly<{ kind: "record"; entries: Iterable<Entry> }>
  | Readonly<{ kind: "stand-in"; value: unknown }>;

/** How an object is shown. May throw where the object's own getters do. */
export function shapeOf(value: object): ObjectShape {
  if (Array.isArray(value)) return { kind: "list", items: value };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return { kind: "record", entries: ownEntries(value) };
  if (value instanceof Error) return { kind: "record", entries: errorEntries(value) };
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return { kind: "text", text: `[${value.byteLength} bytes]` };
  }
  if (value instanceof Date) {
    return { kind: "text", text: Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString() };
  }
  if (value instanceof URL) return { kind: "text", text: value.href };
  if (value instanceof RegExp || value instanceof String || value instanceof Number) {
    return { kind: "text", text: String(value) };
  }
  if (value instanceof Headers || value instanceof URLSearchParams || value instanceof FormData) {
    return { kind: "record", entries: repeatedEntries(value) };
  }
  if (value instanceof Map) return mapShape(value);
  if (value instanceof Set) return { kind: "list", items: value };
  const exchange = httpEntries(value);
  if (exchange !== null) return { kind: "record", entries: exchange };
  if ("toJSON" in value && typeof value.toJSON === "function") return { kind: "stand-in", value: value.toJSON() };
  return { kind: "record", entries: ownEntries(value) };
}

function* ownEntries(value: object): Generator<Entry> {
  for (const name of Object.keys(value)) yield [name, readProperty(value, name)];
}

function readProperty(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return "[unreadable]";
  }
}

/** Values that a database driver passed with a statement: without names, none of them can be judged. */
const STATEMENT_VALUES = new Set(["params", "parameters", "args"]);
const SQLSTATE = /^[0-9A-Z]{5}$/;

function* errorEntries(error: Error): Generator<Entry> {
  yield ["type", error.constructor === Error ? error.name : error.constructor.name || error.name];
  yield ["message", error.message];
  yield ["stack", error.stack];
  if (error.cause !== undefined) yield ["cause", error.cause];
  if (error instanceof AggregateError) yield ["errors", error.errors];
  for (const [name, value] of ownEntries(error)) {
    if (name === "message" || name === "stack" || name === "cause" || name === "errors" || name === "name") continue;
    if (STATEMENT_VALUES.has(name)) yield [name, value, "secret"];
    // Five digits under an error's `code` are Postgres speaking (23505), not a one-time code.
    else if (name === "code" && typeof value === "string" && SQLSTATE.test(value)) yield [name, value, "plain"];
    else yield [name, value];
  }
}

/** A name that occurs again makes a list: no value hides behind another. */
function repeatedEntries(pairs: Iterable<readonly [string, unknown]>): Iterable<Entry> {
  const grouped = Map.groupBy(pairs, ([name]) => name);
  return Array.from(grouped, ([name, group]) => {
    const values = group.map(([, value]) => (value instanceof Blob ? `[file of ${value.size} bytes]` : value));
    return [name, values.length === 1 ? values[0] : values] as const;
  });
}

function mapShape(map: ReadonlyMap<unknown, unknown>): ObjectShape {
  const entries = Array.from(map);
  const isNamed = (entry: readonly [unknown, unknown]): entry is [string, unknown] => typeof entry[0] === "string";
  return entries.every(isNamed) ? { kind: "record", entries } : { kind: "list", items: entries };
}

/** Requests and responses, of fetch and of Node: their start line and headers, never the sockets and bodies behind. */
function httpEntries(value: object): Entry[] | null {
  if (value instanceof Request || ("method" in value && "url" in value && "headers" in value)) {
    return [
      ["method", value.method],
      ["url", value.url],
      ["headers", value.headers],
    ];
  }
  if (value instanceof Response) {
    return [
      ["status", value.status],
      ["url", value.url],
      ["headers", value.headers],
    ];
  }
  return null;
}
