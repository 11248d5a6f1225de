import { z } from "zod";
import { problemAnswer } from "../answers";
import { type Operation, refusalsOf } from "../operation";
import { OPERATIONS } from "../operations";

type Seen = Readonly<{ method: string; path: string; status: number; headers: Headers; text: string }>;

/** What an answer of the API has that the document does not say of it; null when it is as documented. */
export function undocumented({ method, path, status, headers, text }: Seen): string | null {
  const operation = OPERATIONS.find((candidate) => candidate.method === method && matches(candidate.path, path));
  // A route without any documentation is found by the comparison with the route files.
  if (!operation) return null;
  const missing = missingHeaders(headers, status);
  if (missing.length > 0) return `${operation.id} ${status} lacks ${missing.join(", ")}`;
  const wrong = status < 400 ? wrongSuccess(operation, status, text) : wrongRefusal(operation, status, text);
  return wrong === null ? null : `${operation.id} ${status}: ${wrong}`;
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^/api/v1${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
}

function missingHeaders(headers: Headers, status: number): string[] {
  const always = ["x-request-id", "cache-control"];
  // Before a call is taken from a limit there is none to tell of.
  const isTaken = status < 500 && ![401, 403, 413, 429].includes(status);
  return [...always, ...(isTaken ? ["ratelimit", "ratelimit-policy"] : [])].filter((name) => !headers.has(name));
}

function wrongSuccess({ answers }: Operation, status: number, text: string): string | null {
  const answer = answers.find((candidate) => candidate.status === status);
  if (!answer) return "this status is not documented";
  if (!answer.schema) return text === "" ? null : "a body that is not documented";
  return problemsOf(answer.schema, JSON.parse(text));
}

function wrongRefusal(operation: Operation, status: number, text: string): string | null {
  const body: unknown = JSON.parse(text);
  const wrong = problemsOf(problemAnswer, body);
  if (wrong !== null) return wrong;
  const { code, errors = [] } = problemAnswer.parse(body);
  const known = new Set<string>(refusalsOf(operation).get(status));
  const unknown = [code, ...errors.map((error) => error.code)].filter((given) => !known.has(given));
  return unknown.length === 0 ? null : `the code ${unknown.join(", ")} is not documented`;
}

function problemsOf(schema: z.ZodType, body: unknown): string | null {
  const parsed = schema.safeParse(body);
  return parsed.success ? null : z.prettifyError(parsed.error);
}
