import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { specOf } from "@/lib/boundary/wrapped";
import { openApiDocument } from "./document";
import { isObject } from "./json-schema";
import { nameOf, type Operation } from "./operation";
import { OPERATIONS } from "./operations";

const V1 = fileURLToPath(new URL("../../app/api/v1", import.meta.url));
const PUBLIC = ["GET /openapi.json"];

type Handlers = Readonly<Record<string, unknown>>;

/** The route files of the API, as `METHOD /path` with what their wrapper was given. */
async function routesThatThereAre() {
  const files = readdirSync(V1, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "route.ts")
    .map((entry) => relative(V1, entry.parentPath))
    .filter((folder) => !folder.includes("[..."));
  const found: [string, object | null][] = [];
  for (const folder of files) {
    const handlers = (await import(pathToFileURL(join(V1, folder, "route.ts")).href)) as Handlers;
    const path = `/${folder.replaceAll(/\[(\w+)\]/g, "{$1}")}`;
    for (const [method, handler] of Object.entries(handlers)) {
      if (typeof handler === "function" && handler !== methodNotAllowed)
        found.push([`${method} ${path}`, specOf(handler)]);
    }
  }
  return found;
}

const inSpec = ({ permission, policy, body, query, idempotency }: Operation) => ({
  permission,
  policy,
  ...(body && { body }),
  ...(query && { query }),
  ...(idempotency && { idempotency }),
});

describe("openapi.complete", () => {
  // The defect: a route that nobody documented, or one that is documented and is not there.
  it("holds every method of every route file, with the permission, the policy and the very schemas it has", {
    timeout: 60_000,
  }, async () => {
    const found = await routesThatThereAre();
    expect(found.length).toBeGreaterThan(10);
    const documented = new Map(OPERATIONS.map((operation) => [nameOf(operation), operation]));
    for (const [name, spec] of found.filter(([route]) => !PUBLIC.includes(route))) {
      const operation = documented.get(name);
      expect(operation, `${name} is not documented`).toBeDefined();
      // By identity: another schema of the same shape may differ tomorrow.
      if (operation) expect(spec, name).toEqual(inSpec(operation));
      if (operation && spec && "body" in spec) expect(spec.body, name).toBe(operation.body);
      if (operation && spec && "query" in spec) expect(spec.query, name).toBe(operation.query);
    }
    expect([...documented.keys(), ...PUBLIC].sort()).toEqual(found.map(([name]) => name).sort());
  });

  it("names every operation once", () => {
    const ids = OPERATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("openapi.valid", () => {
  it("is valid OpenAPI 3.1, and every reference leads somewhere", async () => {
    const validator = new Validator();
    const document = JSON.parse(JSON.stringify(openApiDocument()));
    const { valid, errors } = await validator.validate(document);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const text = JSON.stringify(document);
    for (const [, pointer = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = pointer.split("/").reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), document);
      expect(target, pointer).toBeDefined();
    }
  });

  it("shows nothing of how it was made", () => {
    const text = JSON.stringify(openApiDocument());
    expect(text).not.toMatch(/x-documentation|\$schema|\$id|__shared/);
  });

  it.each(OPERATIONS.filter(({ example }) => example).map((operation) => [operation.id, operation] as const))(
    "%s: the example is what the server takes",
    (_, { body, example }) => {
      expect(body?.safeParse(example).error).toBeUndefined();
    },
  );

  it("says which fields must be sent, also where the server refuses them under codes of their own", () => {
    const required = ["CreatePayment", "CreateCard", "CreateCustomer"].map((name) => componentSchema(name).required);
    expect(required).toEqual([
      expect.arrayContaining(["amount", "currency", "card"]),
      expect.arrayContaining(["number", "exp_month", "exp_year"]),
      ["name", "email"],
    ]);
  });
});

function componentSchema(name: string) {
  const { components } = openApiDocument();
  const schemas = isObject(components) && isObject(components.schemas) ? components.schemas : {};
  const schema = schemas[name];
  if (!isObject(schema)) throw new Error(`there is no ${name}`);
  return schema;
}
