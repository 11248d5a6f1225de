import { isObject, type JsonSchema } from "@/lib/openapi/json-schema";

const HEAD = "// Generated from the OpenAPI document by `npm run openapi-types`. A test keeps it up to date.\n";

/** The document's objects, bodies and queries as TypeScript, for the client. */
export function clientTypes(document: JsonSchema): string {
  const schemas = child(child(document, "components"), "schemas");
  const types = Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
  return [HEAD, ...types, `export type Queries = ${queriesType(child(document, "paths"))};\n`].join("\n");
}

function queriesType(paths: JsonSchema): string {
  const queries = Object.values(paths).flatMap((path) =>
    Object.values(isObject(path) ? path : {}).flatMap((operation) => {
      const parameters = isObject(operation) && Array.isArray(operation.parameters) ? operation.parameters : [];
      const query = parameters.filter(isObject).filter((parameter) => parameter.in === "query");
      if (!isObject(operation) || query.length === 0) return [];
      const fields = query.map(({ name, schema, description }) =>
        field(String(name), schema, false, description, "    "),
      );
      return [`  ${String(operation.operationId)}: {\n${fields.join("")}  };\n`];
    }),
  );
  return `{\n${queries.join("")}}`;
}

function typeOf(schema: unknown, indent = ""): string {
  if (!isObject(schema)) return "unknown";
  if (typeof schema.$ref === "string") return schema.$ref.split("/").at(-1) ?? "unknown";
  if (Array.isArray(schema.anyOf)) return [...new Set(schema.anyOf.map((one) => typeOf(one, indent)))].join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => simpleType(type, schema, indent)).join(" | ");
}

function simpleType(type: unknown, schema: JsonSchema, indent: string): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `(${typeOf(schema.items, indent)})[]`;
    case "object":
      return objectType(schema, indent);
    default:
      return "unknown";
  }
}

function objectType({ properties, required, additionalProperties }: JsonSchema, indent: string): string {
  if (!isObject(properties)) return `Record<string, ${typeOf(additionalProperties)}>`;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties).map(([name, schema]) => {
    const description = isObject(schema) ? schema.description : undefined;
    return field(name, schema, needed.includes(name), description, `${indent}  `);
  });
  return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("")}${indent}}`;
}

function field(name: string, schema: unknown, isNeeded: boolean, description: unknown, indent: string): string {
  const comment = typeof description === "string" ? `${indent}/** ${description.replaceAll("*/", "* /")} */\n` : "";
  return `${comment}${indent}${name}${isNeeded ? "" : "?"}: ${typeOf(schema, indent)};\n`;
}

function child(holder: JsonSchema, name: string): JsonSchema {
  const value = holder[name];
  return isObject(value) ? value : {};
}
