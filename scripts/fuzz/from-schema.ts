import fc from "fast-check";
import { isJson, type Json } from "./document";

/** What a field is given besides what its schema allows, by its name: values that lead further than chance would. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const LONGEST = 60;
const TEXT = fc.oneof(
  fc.string({ maxLength: LONGEST }),
  fc.string({ unit: "binary", maxLength: LONGEST }),
  fc.constantFrom(
    "",
    " ",
    "null",
    "0",
    "\u0000",
    "\ud800",
    "'; drop table payments; --",
    "../..",
    "%00",
    "é\u0301",
    "4242 4242 4242 4242",
  ),
);

/** Made-up addresses would be asked about on the network. */
const HINTED_ALONE: ReadonlySet<string> = new Set(["url"]);

/** Values that a JSON Schema allows. */
export function fromSchema(schema: Json, hints: Hints, name = ""): fc.Arbitrary<unknown> {
  const allowed = allowedBy(schema, hints);
  const hint = hints[name];
  if (hint && HINTED_ALONE.has(name)) return hint;
  return hint ? fc.oneof({ weight: 4, arbitrary: hint }, { weight: 1, arbitrary: allowed }) : allowed;
}

function allowedBy(schema: Json, hints: Hints): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.filter(isJson).map((one) => fromSchema(one, hints)));
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => allowedBy({ ...schema, type }, hints)));
  const { minimum = -10, maximum = 1e6 } = schema;
  switch (schema.type) {
    case "string":
      return stringBy(schema);
    case "integer":
      return fc.integer({ min: Number(minimum), max: Number(maximum) });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(fromSchema(isJson(schema.items) ? schema.items : {}, hints), { minLength: 1, maxLength: 4 });
    case "object":
      return objectBy(schema, hints);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function stringBy({ pattern, format, minLength, maxLength }: Json): fc.Arbitrary<string> {
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (format === "email") return fc.emailAddress();
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern), { maxLength: 40 });
  const most = Math.min(LONGEST, Number(maxLength ?? LONGEST));
  return TEXT.filter((text) => text.length >= Number(minLength ?? 0) && text.length <= most);
}

function objectBy({ properties, required, additionalProperties }: Json, hints: Hints): fc.Arbitrary<unknown> {
  if (!isJson(properties)) {
    const value = isJson(additionalProperties) ? fromSchema(additionalProperties, hints) : TEXT;
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), value, { maxKeys: 3 });
  }
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of Object.entries(properties)) {
    fields[name] = fromSchema(isJson(field) ? field : {}, hints, name);
  }
  const requiredKeys = Array.isArray(required) ? required.map(String) : [];
  return fc.record(fields, { requiredKeys });
}

/** The same, broken in one place: a field of any kind, one too many, or one that is not there. */
export function broken(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), TEXT);
  const change = fc.record({ how: fc.constantFrom("replace", "add", "remove"), nth: fc.nat(20), value: anything });
  const changed = fc.tuple(value, change).map(([given, { how, nth, value: other }]) => {
    if (!isJson(given)) return other;
    const names = Object.keys(given);
    const name = how === "add" ? `unknown_${nth}` : (names[nth % Math.max(1, names.length)] ?? "unknown");
    const { [name]: _, ...rest } = given;
    return how === "remove" ? rest : { ...given, [name]: other };
  });
  return fc.oneof({ weight: 6, arbitrary: changed }, { weight: 1, arbitrary: anything });
}
