import { z } from "zod";

/** One place of an input into which somebody can put something: where it is, and what it is called. */
export type Place = Readonly<{ path: readonly (string | number)[]; name: string }>;

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every place of what a schema takes, read from the schema: a field that is added is one of them. */
export function placesOf(schema: z.ZodType): Place[] {
  const places = walk(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), []);
  return [...new Map(places.map((place) => [place.path.join("\0"), place])).values()];
}

function walk(schema: unknown, path: readonly (string | number)[]): Place[] {
  if (!isSchema(schema)) return [];
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  if (branches.length > 0) return branches.flatMap((branch) => walk(branch, path));
  const own = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  if (own.length > 0) return own.flatMap(([name, field]) => walk(field, [...path, name]));
  if (isSchema(schema.items)) return walk(schema.items, [...path, 0]);
  const name = String(path.findLast((part) => typeof part === "string") ?? "");
  const here = { path, name };
  // Anything at all is taken here, so also what has something in it.
  if (schema.type === undefined && path.length > 0) return [here, { path: [...path, "note"], name }];
  return schema.type === "object" ? [] : [here];
}

/** Every place of a value: its leaves. */
export function leavesOf(value: unknown, path: readonly (string | number)[] = []): Place[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isSchema(value)) return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
  return [{ path, name: String(path.at(-1) ?? "") }];
}

/** A copy with another value at a place. */
export function withAt(value: unknown, [part, ...rest]: Place["path"], placed: unknown): unknown {
  if (part === undefined) return placed;
  if (typeof part === "number") return [withAt(Array.isArray(value) ? value[part] : undefined, rest, placed)];
  const own = isSchema(value) ? value : {};
  return { ...own, [part]: withAt(own[part], rest, placed) };
}

/** A value that a schema may take, with these under the names of its fields; the first branch where there are several. */
export function baseOf(schema: z.ZodType, values: Readonly<Record<string, unknown>>): unknown {
  return build(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "", values);
}

function build(schema: unknown, name: string, values: Readonly<Record<string, unknown>>): unknown {
  if (!isSchema(schema)) return undefined;
  if (Object.hasOwn(values, name)) return values[name];
  const [first] = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  if (first !== undefined) return build(first, name, values);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (isSchema(schema.properties)) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([field, inner]) => [field, build(inner, field, values)]),
    );
  }
  if (schema.type === "array") return [build(schema.items, name, values)];
  return schema.type === "string" ? "x" : schema.type === undefined ? undefined : {};
}
