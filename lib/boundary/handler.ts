import { requestScope } from "./request-scope";
import { markWrapped } from "./wrapped";

/**
 * A route handler outside the integration API that answers anybody: health, readiness. What it tells must be fit for
 * anybody.
 */
export function publicHandler(handle: (request: Request) => Promise<Response>) {
  return markWrapped((request: Request) => requestScope(request, () => handle(request)), "handler");
}
