import { newId, type RequestId } from "@/lib/ids/id";
import { logger } from "@/lib/logging/logger";
import { runWithRequestContext } from "@/lib/logging/request-context";
import { recordRequest } from "@/lib/metrics/instruments";
import { maskedTarget } from "@/lib/request-log/masked-target";
import { errorCodeOf, errorResponse } from "./respond";

export type RouteParams = Readonly<Record<string, string | string[] | undefined>>;

/** What Next.js hands to a route: in production no parameters at all where its folders have none in brackets. */
export type RouteContext = Readonly<{ params: Promise<RouteParams> | undefined }>;

export async function paramsOf({ params }: RouteContext): Promise<RouteParams> {
  return (await params) ?? {};
}

type Answered = (response: Response, requestId: RequestId, durationMs: number) => void;

/**
 * Runs one request: an id on every log line and on the answer, errors mapped, nothing cached, one line at the end. `answered`
 * sees the answer last of all, and must not throw.
 */
export function requestScope(
  request: Request,
  params: RouteParams,
  handle: (requestId: RequestId) => Promise<Response>,
  answered: Answered = () => undefined,
): Promise<Response> {
  const requestId = newId("req");
  const startedAt = performance.now();
  return runWithRequestContext({ requestId }, async () => {
    const response = await handle(requestId).catch((thrown: unknown) => errorResponse(thrown, requestId));
    response.headers.set("x-request-id", requestId);
    response.headers.set("cache-control", "no-store");
    const elapsedMs = performance.now() - startedAt;
    const durationMs = Math.round(elapsedMs);
    const { pathname } = new URL(request.url);
    logger.info(
      {
        method: request.method,
        // Anything may have been put where an id belongs, or behind the question mark.
        path: maskedTarget(pathname, params).path,
        status: response.status,
        error_code: errorCodeOf(response),
        duration_ms: durationMs,
      },
      "request",
    );
    recordRequest(request.method, pathname, response.status, elapsedMs);
    answered(response, requestId, durationMs);
    return response;
  });
}
