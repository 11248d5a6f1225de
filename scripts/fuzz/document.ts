export type Json = { [name: string]: unknown };

export type Parameter = Readonly<{ name: string; schema: Json }>;

export type DocumentedCall = Readonly<{
  id: string;
  method: string;
  path: string;
  query: readonly Parameter[];
  body: Json | null;
  /** Whether it takes an `Idempotency-Key`. */
  isKeyed: boolean;
  responses: Json;
}>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function at(holder: unknown, ...names: readonly string[]): Json {
  const found = names.reduce<unknown>((inner, name) => (isJson(inner) ? inner[name] : undefined), holder);
  return isJson(found) ? found : {};
}

/** Every signed call that an OpenAPI document tells of. */
export function callsOf(document: Json): DocumentedCall[] {
  return Object.entries(at(document, "paths")).flatMap(([path, methods]) =>
    Object.entries(isJson(methods) ? methods : {})
      .filter(([, operation]) => isJson(operation) && !("security" in operation))
      .map(([method, operation]) => callOf(document, path, method, isJson(operation) ? operation : {})),
  );
}

function callOf(document: Json, path: string, method: string, operation: Json): DocumentedCall {
  const parameters = Array.isArray(operation.parameters) ? operation.parameters.filter(isJson) : [];
  const { $ref } = at(operation, "requestBody", "content", "application/json", "schema");
  return {
    id: String(operation.operationId),
    method: method.toUpperCase(),
    path,
    query: parameters
      .filter((parameter) => parameter.in === "query")
      .map(({ name, schema }) => ({ name: String(name), schema: isJson(schema) ? schema : {} })),
    body: typeof $ref === "string" ? at(document, ...$ref.slice(2).split("/")) : null,
    isKeyed: parameters.some(({ name }) => name === "Idempotency-Key"),
    responses: at(operation, "responses"),
  };
}
