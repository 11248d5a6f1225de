import type { AppError } from "@/lib/errors/app-error";
import type { ErrorCode } from "@/lib/errors/error-codes";
import { PROBLEM_MEDIA_TYPE, toProblem } from "@/lib/errors/problem";
import type { RequestId } from "@/lib/ids/id";
import { logger } from "@/lib/logging/logger";
import { mapError } from "./map-error";

/** A JSON answer from text: stored answers go out byte for byte as they were, a stored refusal as the problem that it is. */
export function jsonResponse(status: number, body: string, headers: Record<string, string> = {}): Response {
  const type = status >= 400 ? PROBLEM_MEDIA_TYPE : "application/json; charset=utf-8";
  return new Response(body, { status, headers: { "content-type": type, ...headers } });
}

/** Whatever was thrown, as RFC 9457 problem details. The cause of a failure on our side is logged here, never shown. */
export function errorResponse(thrown: unknown, requestId: RequestId): Response {
  const error = mapError(thrown);
  if (error.status >= 500) logger.error({ err: error.cause ?? error }, "request failed");
  const response = new Response(JSON.stringify(toProblem(error, requestId)), {
    status: error.status,
    headers: { "content-type": PROBLEM_MEDIA_TYPE, ...retryAfter(error) },
  });
  codes.set(response, error.code);
  return response;
}

const codes = new WeakMap<Response, ErrorCode>();

/** The error code that a response carries, for the request's log line. */
export function errorCodeOf(response: Response): ErrorCode | undefined {
  return codes.get(response);
}

function retryAfter({ retryAfterSeconds }: AppError): Record<string, string> {
  return retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
}
