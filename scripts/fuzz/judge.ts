import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { at, type DocumentedCall, isJson, type Json } from "./document";

export type FuzzRequest = Readonly<{ query: Readonly<Record<string, string>>; body: unknown; rawBody: string | null }>;
export type FuzzAnswer = Readonly<{ status: number; headers: Headers; text: string }>;

const BASE = "https://document.invalid/openapi.json";

/** Holds answers against a published OpenAPI document: what the document does not allow is told, in a word each. */
export function createJudge(document: Json) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: BASE });
  const compiled = new Map<string, ValidateFunction>();
  const matches = (name: string, schema: Json, value: unknown): string | null => {
    const validate = compiled.get(name) ?? ajv.compile(withAbsoluteRefs(schema));
    compiled.set(name, validate);
    return validate(value) ? null : ajv.errorsText(validate.errors).slice(0, 500);
  };

  const judgeAnswer = (call: DocumentedCall, { status, headers, text }: FuzzAnswer): string[] => {
    const response = at(call.responses, String(status));
    if (status >= 500) return [`answered ${status}: ${text.slice(0, 300)}`];
    if (!("description" in response)) return [`answered ${status}, which is not documented: ${text.slice(0, 300)}`];
    const wrong = requiredHeaders(document, response)
      .filter((name) => !headers.has(name))
      .map((name) => `no ${name}`);
    const [[type, { schema }] = ["", {}]] = Object.entries(at(response, "content")).map(
      ([media, content]): [string, Json] => [media, isJson(content) ? content : {}],
    );
    if (type === "") return text === "" ? wrong : [...wrong, "a body that is not documented"];
    if (!headers.get("content-type")?.startsWith(type)) wrong.push(`content-type ${headers.get("content-type")}`);
    const problem = matches(`${call.id} ${status}`, isJson(schema) ? schema : {}, parse(text));
    return problem === null ? wrong : [...wrong, `the body of ${status}: ${problem}`];
  };

  /** What the document refuses the server must refuse too: else clients that keep to the document miss something. */
  const judgeRequest = (call: DocumentedCall, { query, body, rawBody }: FuzzRequest): string | null => {
    for (const { name, schema } of call.query) {
      const given = query[name];
      if (given === undefined || given === "") continue;
      const value = schema.type === "integer" && /^[0-9]+$/.test(given) ? Number(given) : given;
      const wrong = matches(`${call.id}?${name}`, schema, value);
      if (wrong !== null) return `${name}: ${wrong}`;
    }
    if (call.body === null || rawBody !== null || body === undefined) return null;
    return matches(`${call.id} body`, call.body, body);
  };

  return (call: DocumentedCall, request: FuzzRequest, answer: FuzzAnswer): string[] => {
    const wrong = judgeAnswer(call, answer);
    const refused = answer.status < 400 ? judgeRequest(call, request) : null;
    const all = refused === null ? wrong : [...wrong, `took what the document refuses: ${refused}`];
    return all.map((what) => `${call.method} ${call.path} ${what}`);
  };
}

function requiredHeaders(document: Json, response: Json): string[] {
  return Object.keys(at(response, "headers")).filter((name) => at(document, "components", "headers", name).required);
}

function withAbsoluteRefs(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${BASE}#/`)) as Json;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
