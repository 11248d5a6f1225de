import type { RequestId } from "@/lib/ids/id";
import { requestLog } from "@/lib/request-log/request-log";
import type { SeenKey } from "./authenticate-request";
import { clientAddress } from "./client-address";
import { requestTarget } from "./request-target";
import { errorCodeOf } from "./respond";
import { userAgentOf } from "./user-agent";

type Answer = Readonly<{ response: Response; requestId: RequestId; durationMs: number }>;

/** Puts a request into its merchant's log, also one that was refused while it named a key of theirs. Nothing waits for it. */
export function logRequest(
  request: Request,
  params: Readonly<Record<string, string | string[] | undefined>>,
  { key, nowSeconds }: SeenKey,
  accepted: boolean,
  { response, requestId, durationMs }: Answer,
): void {
  const { headers, method } = request;
  const { id, merchantId, mode } = key;
  requestLog().add({
    ...{
      requestId,
      key: { id, merchantId, mode },
      accepted,
      at: nowSeconds,
      method,
      target: requestTarget(request),
      params,
      durationMs,
    },
    status: response.status,
    errorCode: errorCodeOf(response) ?? null,
    idempotencyKey: headers.get("idempotency-key"),
    ip: clientAddress(headers),
    userAgent: userAgentOf(headers),
  });
}
