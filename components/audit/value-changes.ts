export type ValueChange = Readonly<{
  key: string;
  /** Null where the key was not there. */
  before: string | null;
  after: string | null;
  kind: "added" | "removed" | "changed" | "same";
}>;

type Values = Readonly<Record<string, unknown>> | null;

/** A value as it is shown: text as it is, everything else as JSON with its keys in order. */
function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(sortKeys(value));
}

// The database does not promise an order of keys, and an order is not a change.
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

function kindOf(before: string | null, after: string | null): ValueChange["kind"] {
  if (before === after) return "same";
  if (before === null) return "added";
  return after === null ? "removed" : "changed";
}

/** Old and new values key by key: first what differs, then the rest, each in alphabetical order. */
export function valueChanges(oldValues: Values, newValues: Values): ValueChange[] {
  const keys = new Set([...Object.keys(oldValues ?? {}), ...Object.keys(newValues ?? {})]);
  const read = (values: Values, key: string) =>
    values !== null && Object.hasOwn(values, key) && values[key] !== undefined ? show(values[key]) : null;
  return [...keys]
    .map((key): ValueChange => {
      const before = read(oldValues, key);
      const after = read(newValues, key);
      return { key, before, after, kind: kindOf(before, after) };
    })
    .sort((a, b) => Number(a.kind === "same") - Number(b.kind === "same") || (a.key < b.key ? -1 : 1));
}
