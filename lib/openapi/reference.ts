import { openApiDocument } from "./document";
import { isObject, type JsonSchema } from "./json-schema";
import { type Operation, refusalsOf } from "./operation";
import { OPERATIONS } from "./operations";

export type FieldView = Readonly<{
  /** Of a field inside another: `card.last4`. */
  name: string;
  type: string;
  /** The object that it is, where that has a section of its own. */
  object: string | null;
  isNeeded: boolean;
  description: string;
}>;

export type OperationView = Readonly<{
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string | null;
  permission: string;
  policy: string;
  idempotency: "required" | "accepted" | null;
  query: readonly FieldView[];
  body: readonly FieldView[];
  example: string | null;
  answers: readonly Readonly<{ status: number; description: string; object: string | null }>[];
  refusals: readonly Readonly<{ status: number; codes: readonly string[] }>[];
}>;

export type ObjectView = Readonly<{ name: string; description: string | null; fields: readonly FieldView[] }>;

export type Reference = Readonly<{
  groups: readonly Readonly<{ name: string; operations: readonly OperationView[] }>[];
  objects: readonly ObjectView[];
}>;

/** The OpenAPI document as a page shows it: read from the document itself, so that the page says what it says. */
export function apiReference(): Reference {
  const { paths, components } = openApiDocument();
  const schemas = childOf(components, "schemas");
  const groups = [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({
    name,
    operations: OPERATIONS.filter(({ tag }) => tag === name).map((operation) =>
      operationView(operation, childOf(childOf(paths, operation.path), operation.method.toLowerCase()), schemas),
    ),
  }));
  const sent = new Set(OPERATIONS.filter(({ body }) => body).map(({ id }) => id.charAt(0).toUpperCase() + id.slice(1)));
  const objects = Object.entries(schemas)
    .filter(([name]) => !sent.has(name) && !name.endsWith("List"))
    .map(([name, schema]): ObjectView => {
      const { description } = isObject(schema) ? schema : {};
      return { name, description: textOf(description), fields: fieldsOf(schema) };
    });
  return { groups, objects };
}

function operationView(operation: Operation, documented: JsonSchema, schemas: JsonSchema): OperationView {
  const { id, method, path, summary, permission, policy, idempotency = null, example, answers } = operation;
  const parameters = Array.isArray(documented.parameters) ? documented.parameters.filter(isObject) : [];
  const body = refIn(contentOf(documented.requestBody));
  return {
    ...{ id, method, path, summary, permission, policy, idempotency },
    description: operation.description ?? null,
    query: parameters.filter((parameter) => parameter.in === "query").map(parameterView),
    body: body === null ? [] : fieldsOf(schemas[body]),
    example: example ? JSON.stringify(example, null, 2) : null,
    answers: answers.map(({ status, description }) => ({
      status,
      description,
      object: refIn(contentOf(childOf(documented.responses, String(status)))),
    })),
    refusals: [...refusalsOf(operation)].map(([status, codes]) => ({ status, codes })),
  };
}

function parameterView({ name, required, description, schema }: JsonSchema): FieldView {
  return {
    name: String(name),
    ...typeOf(schema),
    isNeeded: required === true,
    description: textOf(description) ?? "",
  };
}

function contentOf(holder: unknown): unknown {
  return childOf(childOf(holder, "content"), "application/json").schema;
}

function childOf(holder: unknown, name: string): JsonSchema {
  const child = isObject(holder) ? holder[name] : undefined;
  return isObject(child) ? child : {};
}

function refIn(schema: unknown): string | null {
  const ref = isObject(schema) ? schema.$ref : undefined;
  return typeof ref === "string" ? (ref.split("/").at(-1) ?? null) : null;
}

/** Fields in the document's order, those inside a field right after it. */
function fieldsOf(schema: unknown, prefix = ""): FieldView[] {
  const [alternative] = isObject(schema) && Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  if (!isObject(alternative) || !isObject(alternative.properties)) return [];
  const required = Array.isArray(alternative.required) ? alternative.required : [];
  return Object.entries(alternative.properties).flatMap(([name, field]) => {
    const { description } = isObject(field) ? field : {};
    const view = { name: prefix + name, ...typeOf(field), isNeeded: required.includes(name) };
    const items = isObject(field) && isObject(field.items) ? field.items : null;
    const inner = items ? fieldsOf(items, `${prefix}${name}[].`) : fieldsOf(field, `${prefix}${name}.`);
    return [{ ...view, description: textOf(description) ?? "" }, ...inner];
  });
}

function typeOf(schema: unknown): { type: string; object: string | null } {
  if (!isObject(schema)) return { type: "anything", object: null };
  const object = refIn(schema);
  if (object !== null) return { type: object, object };
  if (Array.isArray(schema.anyOf)) {
    const types = schema.anyOf.map(typeOf);
    return { type: [...new Set(types.map(({ type }) => type))].join(" or "), object: null };
  }
  if ("const" in schema) return { type: JSON.stringify(schema.const), object: null };
  if (Array.isArray(schema.enum)) {
    return {
      type: schema.enum.length > 12 ? "string" : schema.enum.map((value) => JSON.stringify(value)).join(" | "),
      object: null,
    };
  }
  if (schema.type === "array") return { type: `list of ${typeOf(schema.items).type}`, object: null };
  const named = Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type ?? "anything");
  return { type: [named, ...limitsOf(schema)].join(", "), object: null };
}

function limitsOf({ minimum, maximum, maxLength, format, default: byDefault }: JsonSchema): string[] {
  return [
    ...(typeof format === "string" ? [format] : []),
    ...(minimum !== undefined && maximum !== undefined && Number(maximum) < 1e9 ? [`${minimum} to ${maximum}`] : []),
    ...(typeof maxLength === "number" ? [`at most ${maxLength} characters`] : []),
    ...(byDefault === undefined ? [] : [`${JSON.stringify(byDefault)} by default`]),
  ];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
