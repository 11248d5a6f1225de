import { z } from "zod";
import { methodNotAllowed } from "../method-not-allowed";
import { specOf, wrapperKind } from "../wrapped";
import type { ApiRequest } from "./api-desk";
import { canariesFor, type Planted } from "./canaries";
import { findDoors, importDoor } from "./doors";
import { baseOf, type Place, placesOf, withAt } from "./input-fields";

/** What came back of one planting: an API's body, an action's answer. */
export type Answer = Readonly<{ where: string; canary: Planted; status: number; text: string }>;
export type Planting = Readonly<{
  where: string;
  canary: Planted;
  send: () => Promise<Omit<Answer, "where" | "canary">>;
}>;

/** One way in: a method of a route, with the path as the folders have it, or a server action under its name. */
export type Entrance = Readonly<{
  name: string;
  file: string;
  call: unknown;
  body: z.ZodType | null;
  query: z.ZodType | null;
}>;

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];

function schemaIn(spec: object | null, name: string): z.ZodType | null {
  const schema: unknown = spec && Reflect.get(spec, name);
  return schema instanceof z.ZodType ? schema : null;
}

/** Every method of every route there is; those of `methodNotAllowed` read nothing. */
export async function findRoutes(): Promise<Entrance[]> {
  const found: Entrance[] = [];
  for (const [, file] of findDoors().filter(([kind, path]) => kind === "route" && path.endsWith("route.ts"))) {
    const path = file
      .replace(/^app/, "")
      .replace(/\/route\.ts$/, "")
      .replace(/\/\([^/]+\)/g, "");
    for (const [method, call] of Object.entries(await importDoor(file))) {
      if (!METHODS.includes(method) || call === methodNotAllowed) continue;
      const spec = specOf(call);
      found.push({
        name: `${method} ${path}`,
        file,
        call,
        body: schemaIn(spec, "body"),
        query: schemaIn(spec, "query"),
      });
    }
  }
  return found;
}

/** Every server action there is. */
export async function findActions(): Promise<Entrance[]> {
  const found: Entrance[] = [];
  for (const [, file] of findDoors().filter(([kind]) => kind === "action")) {
    for (const [name, call] of Object.entries(await importDoor(file))) {
      if (wrapperKind(call) !== "action") continue;
      found.push({ name, file, call, body: schemaIn(specOf(call), "input"), query: null });
    }
  }
  return found;
}

/** Headers that a client may fill with anything, and that no signature covers. */
export function strayHeaders({ text, isStray }: Omit<Planted, "kind">): Record<string, string> {
  if (!isStray) return {};
  const value = headerText(text);
  return {
    ...{ "User-Agent": `Mozilla/5.0 ${value}`, "X-Request-Id": value, Referer: `https://shop.example/?q=${value}` },
    ...{ "X-Forwarded-For": value, "X-Correlation-Id": value, "Accept-Language": value, Traceparent: value },
  };
}

/** As a server reads it: the bytes of UTF-8, one by one. */
export const headerText = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/** Those that the order of a signed call reads, each in turn, so that all routes together plant every canary in each. */
const READ_HEADERS = [
  "Idempotency-Key",
  "X-Nonce",
  "X-Api-Key",
  "X-Signature",
  "X-Timestamp",
  "Content-Type",
  "Authorization",
];

type Right = Readonly<{ path: string; body?: Readonly<Record<string, unknown>> }>;

/** Plants in every input of one method of the API; `send` signs. */
export function plantingsOfApi(
  { name, body, query }: Entrance,
  right: Right,
  send: (request: ApiRequest) => Promise<Readonly<{ status: number; text: string }>>,
  turn: number,
): Planting[] {
  const method = z.enum(["GET", "POST", "PATCH", "DELETE"]).parse(name.split(" ")[0]);
  const plain = { method, path: right.path, ...(body && { body: right.body ?? {} }) };
  let sent = 0;
  const plant = (where: string, canary: Planted, request: Partial<ApiRequest>): Planting => ({
    where: `${name} ${where}`,
    canary,
    send: () => {
      sent += 1;
      const key = method === "POST" ? { idempotencyKey: `canary-${turn}-${sent}` } : {};
      return send({ ...plain, ...key, headers: strayHeaders(canary), ...request });
    },
  });
  const inPath = right.path
    .split("/")
    .flatMap((part, index, parts) =>
      !part.includes("_")
        ? []
        : canariesFor("id", turn, false).map((canary) =>
            plant("path", canary, { path: parts.with(index, encodeURIComponent(canary.text)).join("/") }),
          ),
    );
  const asked = [...(query ? placesOf(query) : []), UNKNOWN].map((place) => ({
    ...place,
    takesText: takesText(query, {}, place),
  }));
  const inQuery = asked.flatMap(({ name: field, takesText: all }, index) =>
    canariesFor(field, turn + index, all).map((canary) =>
      plant(`?${field}`, canary, { path: `${right.path}?${field}=${encodeURIComponent(canary.text)}` }),
    ),
  );
  const inBody =
    body === null
      ? []
      : [...placesOf(body), UNKNOWN].flatMap((place, index) =>
          canariesFor(place.name, turn + index, takesText(body, right.body, place)).flatMap((canary) =>
            valuesOf(place, canary.text).map((value, which) =>
              plant(`${place.path.join(".")}${which ? " as a name" : ""}`, canary, {
                body: withAt(right.body ?? {}, place.path, value),
              }),
            ),
          ),
        );
  const inHeaders = READ_HEADERS.flatMap((header, index) =>
    canariesFor(header, turn + index, false)
      .filter((_, which) => (which + turn + index) % 3 === 0)
      .map((canary) => {
        const value = headerText(canary.text);
        if (header === "Idempotency-Key") return plant(header, canary, { idempotencyKey: value });
        if (header === "X-Nonce") return plant(header, canary, { nonce: value });
        return plant(header, canary, { headers: { ...strayHeaders(canary), [header]: value } });
      }),
  );
  // All is right but what no signature covers: these get all the way through.
  const through = canariesFor("headers", turn, false).map((canary) => plant("headers", canary, {}));
  const broken = canariesFor("body", turn, false).map((canary) =>
    plant("body", canary, { body: `{"number": ${canary.text}` }),
  );
  return [...inPath, ...inQuery, ...inBody, ...inHeaders, ...through, ...(body ? broken : [])];
}

const UNKNOWN: Place = { path: ["unknown"], name: "unknown" };

/** Whether any words may stand there. */
function takesText(schema: z.ZodType | null, right: unknown, { path }: Place): boolean {
  return schema?.safeParse(withAt(right, path, "some words")).success ?? false;
}

/** Where anything is taken, also as the name of something. */
function valuesOf({ path }: Place, text: string): unknown[] {
  return path.at(-1) === "metadata" ? [text, { [text]: "note" }] : [text];
}

/** Plants in every input of a server action; `values` are right ones, by the names of fields. */
export function plantingsOfAction(
  { name, body }: Entrance,
  values: () => Promise<Readonly<Record<string, unknown>>>,
  run: (input: unknown, canary: Planted) => Promise<string>,
  known: Readonly<Record<string, unknown>>,
): Planting[] {
  if (body === null) throw new Error(`${name} has no schema`);
  const shape = baseOf(body, known);
  return [...placesOf(body), UNKNOWN].flatMap((place, turn) =>
    canariesFor(place.name, turn, takesText(body, shape, place)).map((canary) => ({
      where: `${name} ${place.path.join(".")}`,
      canary,
      send: async () => {
        const right = baseOf(body, await values());
        return { status: 0, text: await run(withAt(right, place.path, canary.text), canary) };
      },
    })),
  );
}

const AT_ONCE = 8;
const BETWEEN_PAUSES = 40;

/** Sends them all, a few at once; `pause` comes every now and then. */
export async function sendAll(plantings: readonly Planting[], pause: () => Promise<void>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < plantings.length; from += BETWEEN_PAUSES) {
    await pause();
    const waiting = plantings.slice(from, from + BETWEEN_PAUSES);
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        answers.push({ where: next.where, canary: next.canary, ...(await next.send()) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return answers;
}
