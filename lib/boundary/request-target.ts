import { canonicalPath } from "@/lib/request-signing/canonical-request";
import { stampedHeader } from "./stamped-header";

const TARGET_HEADER = "x-countinghouse-target";

/**
 * Path and query as the client sent them, in the WHATWG serialisation: what a signature covers. Next.js reads the query
 * and writes it anew, as a form would (`:` becomes `%3A`, `%20` becomes `+`); `request.url` holds that.
 */
export function requestTarget(request: Request): string {
  const target = stampedHeader(request.headers, TARGET_HEADER);
  return canonicalPath(target?.startsWith("/") ? `http://server${target}` : request.url);
}
