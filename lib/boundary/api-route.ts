import { z } from "zod";
import type { AuditContext } from "@/db/audit-context";
import type { ApiPermission } from "@/lib/api-keys/permissions";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";
import { readIdempotencyKey } from "@/lib/idempotency/idempotency-key";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { answerOfKnownKey, type OpenStored } from "@/lib/idempotency/once-per-key";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import type { RequestId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import type { LimitDecision } from "@/lib/rate-limit/limit-store";
import { type ApiPolicy, type AppliedPolicy, apiPolicy } from "@/lib/rate-limit/policies";
import { type ApiCaller, authenticateRequest, authorizeCaller, type SeenKey } from "./authenticate-request";
import { logRequest } from "./log-request";
import { parseInput } from "./parse-input";
import { parseJsonBody, readBody } from "./read-body";
import { recordDenial } from "./record-denial";
import { paramsOf, type RouteContext, type RouteParams, requestScope } from "./request-scope";
import { errorResponse, jsonResponse } from "./respond";
import { markWrapped, rememberSpec } from "./wrapped";

/** A call that has passed every check: what a handler works with. */
export type ApiCall<Body, Query, Key> = Readonly<{
  scope: ApiCaller["scope"];
  context: AuditContext;
  /** By the database's clock. */
  calledAt: Date;
  params: RouteParams;
  body: Body;
  query: Query;
  idempotency: Key;
}>;

type Common<Query extends z.ZodType> = Readonly<{ permission: ApiPermission; policy: ApiPolicy; query?: Query }>;

/** A signed GET. The handler answers with a value that becomes JSON, or throws an AppError. */
export function apiGet<Query extends z.ZodType = typeof NOTHING>(
  spec: Common<Query>,
  handle: (call: ApiCall<null, z.output<Query>, null>) => Promise<unknown>,
) {
  return wrap(spec, async (request, body, caller, params) => {
    const query = parseInput(spec.query ?? NOTHING, queryOf(request)) as z.output<Query>;
    if (body.length > 0) throw new AppError("malformed_body", "A GET has no body.");
    const answer = await handle({ ...callerParts(caller), params, body: null, query, idempotency: null });
    return jsonResponse(200, JSON.stringify(answer));
  });
}

/** A signed PATCH. It may be sent again as it is: the same changes make the same of it. */
export function apiPatch<Body extends z.ZodType>(
  spec: Common<typeof NOTHING> & Readonly<{ body: Body }>,
  handle: (call: ApiCall<z.output<Body>, null, null>) => Promise<unknown>,
) {
  return wrap(spec, async (request, raw, caller, params) => {
    parseInput(NOTHING, queryOf(request));
    const body = parseInput(spec.body, parseJsonBody(request.headers, raw));
    const answer = await handle({ ...callerParts(caller), params, body, query: null, idempotency: null });
    return jsonResponse(200, JSON.stringify(answer));
  });
}

/** A signed DELETE, which answers 204. */
export function apiDelete(spec: Common<typeof NOTHING>, handle: (call: ApiCall<null, null, null>) => Promise<void>) {
  return wrap(spec, async (request, body, caller, params) => {
    parseInput(NOTHING, queryOf(request));
    if (body.length > 0) throw new AppError("malformed_body", "A DELETE has no body.");
    await handle({ ...callerParts(caller), params, body: null, query: null, idempotency: null });
    return new Response(null, { status: 204 });
  });
}

/**
 * A signed POST. The answer goes out as the bytes that it is stored as. A key that was used before decides before the body
 * does; `openStored` is for answers that are not stored as they were given.
 */
export function apiPost<Body extends z.ZodType, Need extends "required" | "accepted">(
  spec: Common<typeof NOTHING> & Readonly<{ body: Body; idempotency: Need }>,
  handle: (
    call: ApiCall<z.output<Body>, unknown, Need extends "required" ? IdempotentRequest : IdempotentRequest | null>,
  ) => Promise<IdempotentAnswer>,
  openStored?: (request: IdempotentRequest) => Promise<OpenStored>,
) {
  return wrap(spec, async (request, raw, caller, params) => {
    const key = readIdempotencyKey(request.headers.get("idempotency-key"), spec.idempotency);
    parseInput(NOTHING, queryOf(request));
    // Undefined for what is no JSON, which is no body that was ever taken.
    let json: unknown;
    try {
      json = readJson(request.headers, raw, spec.body);
      const body = parseInput(spec.body, json);
      const idempotency = key === null ? null : await identify(request, caller, key, json);
      return respond(
        await handle({ ...callerParts(caller), params, body, query: null, idempotency: idempotency as never }),
      );
    } catch (refused) {
      if (key === null || !isOfInput(refused)) throw refused;
      const idempotency = await identify(request, caller, key, json);
      const known = await answerOfKnownKey(database().db, idempotency, await openStored?.(idempotency));
      if (known === null) throw refused;
      return respond(known);
    }
  });
}

function respond(answer: IdempotentAnswer): Response {
  return jsonResponse(answer.status, answer.body, answer.replayed ? { "idempotent-replayed": "true" } : {});
}

/** Where nothing needs to be said, nothing needs to be sent: no body is an empty object. */
function readJson(headers: Headers, raw: Buffer, schema: z.ZodType): unknown {
  return raw.length === 0 && schema.safeParse({}).success ? {} : parseJsonBody(headers, raw);
}

/** What was sent is wrong, and that may have been found before the key was looked at. */
function isOfInput(thrown: unknown): boolean {
  if (!(thrown instanceof AppError) || thrown.code === "idempotency_key_reused") return false;
  return [400, 404, 415, 422].includes(thrown.status);
}

const NOTHING = z.strictObject({});

function callerParts({ scope, context, calledAt }: ApiCaller) {
  return { scope, context, calledAt };
}

/** An empty parameter (`?status=`) is one that was not given. One given twice stays a list, which no schema takes. */
function queryOf(request: Request): Record<string, string | string[]> {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (value !== "") given.set(name, [...(given.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...given].map(([name, [first = "", ...more]]) => [name, more.length ? [first, ...more] : first]),
  );
}

async function identify(
  request: Request,
  { scope }: ApiCaller,
  key: string,
  json: unknown,
): Promise<IdempotentRequest> {
  const { method } = request;
  const path = new URL(request.url).pathname;
  const fingerprint = requestFingerprint(await keyRing(), [scope.merchantId, scope.mode, method, path], json);
  return { ...scope, key, method, path, fingerprint };
}

type Inner = (request: Request, body: Buffer, caller: ApiCaller, params: RouteParams) => Promise<Response>;

/** The order of every signed call: body cap, signature, address, nonce and quota, permission, schema, then the work. */
function wrap(spec: Common<z.ZodType>, inner: Inner) {
  const route = async (request: Request, context: RouteContext) => {
    const names = await paramsOf(context);
    let seen: SeenKey | null = null;
    let accepted = false;
    const handle = async (requestId: RequestId) => {
      const policy = apiPolicy(spec.policy, env());
      const body = await readBody(request);
      const caller = await authenticateRequest(request, body, policy, requestId, (key) => {
        seen = key;
      });
      accepted = true;
      const work = async () => {
        refuseOverLimit(caller.limit);
        await authorize(caller, spec.permission);
        return inner(request, body, caller, names);
      };
      // Every answer to an authenticated call carries its limits, so a refusal becomes an answer here already.
      const response = await work().catch((thrown: unknown) => errorResponse(thrown, requestId));
      setLimitHeaders(response, policy, caller.limit);
      return response;
    };
    return requestScope(request, names, handle, (response, requestId, durationMs) => {
      if (seen) logRequest(request, names, seen, accepted, { response, requestId, durationMs });
    });
  };
  return rememberSpec(markWrapped(route, "api"), spec);
}

async function authorize(caller: ApiCaller, permission: ApiPermission): Promise<void> {
  try {
    authorizeCaller(caller, permission);
  } catch (error) {
    await recordDenial(caller.context, permission);
    throw error;
  }
}

function refuseOverLimit({ allowed, retryAfterSeconds }: LimitDecision): void {
  if (allowed) return;
  throw new AppError("rate_limited", `Too many calls. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}

/** draft-ietf-httpapi-ratelimit-headers: the policy, and where the caller stands. */
function setLimitHeaders(response: Response, { name, quota }: AppliedPolicy, limit: LimitDecision): void {
  response.headers.set("ratelimit-policy", `"${name}";q=${quota.limit};w=${quota.windowSeconds}`);
  response.headers.set("ratelimit", `"${name}";r=${limit.remaining};t=${limit.resetSeconds}`);
}
