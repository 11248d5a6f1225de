import type { z } from "zod";
import type { ApiPermission } from "@/lib/api-keys/permissions";
import { ERROR_CODES, type ErrorCode } from "@/lib/errors/error-codes";
import type { ApiPolicy } from "@/lib/rate-limit/policies";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export type Answer = Readonly<{ status: 200 | 201 | 202 | 204; description: string; schema: z.ZodType | null }>;

/** One signed call of the API: what its route file says to its wrapper, and what its caller has to know besides. */
export type Operation = Readonly<{
  id: string;
  method: Method;
  /** Below `/api/v1`, with parameters in braces. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  permission: ApiPermission;
  policy: ApiPolicy;
  body?: z.ZodType;
  query?: z.ZodType;
  idempotency?: "required" | "accepted";
  answers: readonly Answer[];
  /** The codes that it has beyond those that its form brings. */
  errors?: readonly ErrorCode[];
  /** A body that works, for the documentation. */
  example?: Readonly<Record<string, unknown>>;
}>;

const EVERY_CALL: readonly ErrorCode[] = [
  ...(["signature_missing", "signature_malformed", "api_key_invalid"] as const),
  ...(["timestamp_out_of_range", "signature_invalid", "nonce_replayed"] as const),
  ...(["permission_denied", "body_too_large", "malformed_body"] as const),
  ...(["validation_failed", "field_unknown", "rate_limited", "internal_error", "service_unavailable"] as const),
];
const BODY: readonly ErrorCode[] = ["unsupported_media_type", "field_missing", "field_invalid"];
const KEYED: readonly ErrorCode[] = ["idempotency_key_invalid", "idempotency_key_reused", "idempotency_key_in_use"];

/** Every code that a call may be refused with, by status. */
export function refusalsOf(operation: Operation): ReadonlyMap<number, readonly ErrorCode[]> {
  const { path, body, query, idempotency, errors = [] } = operation;
  const codes = new Set([
    ...EVERY_CALL,
    ...(body ? BODY : []),
    ...(query ? (["field_invalid"] as const) : []),
    ...(operation.method === "GET" && isList(operation) ? (["cursor_invalid"] as const) : []),
    ...(path.includes("{") ? (["not_found"] as const) : []),
    ...(idempotency ? KEYED : []),
    ...(idempotency === "required" ? (["idempotency_key_missing"] as const) : []),
    ...errors,
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const [status] = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([one], [other]) => one - other));
}

function isList({ query }: Operation): boolean {
  return query !== undefined;
}

/** `METHOD /path`: what an operation is known by. */
export function nameOf({ method, path }: Pick<Operation, "method" | "path">): string {
  return `${method} ${path}`;
}
