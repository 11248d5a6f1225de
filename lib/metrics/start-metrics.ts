import { env } from "@/lib/env";
import { logger } from "@/lib/logging/logger";
import { observePending, type PendingFigures } from "./instruments";

export type Metrics = Readonly<{
  /** Sends what was counted since the last export. Never rejects. */
  stop: () => Promise<void>;
}>;

/**
 * Exports metrics where OTEL_EXPORTER_OTLP_ENDPOINT says, until `stop`; `pending` is asked at each export. Without the variable
 * nothing of the SDK is loaded, and every instrument does nothing. No server stands still for want of metrics.
 */
export function startMetrics(pending: () => Promise<PendingFigures>): Metrics {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = env();
  if (endpoint === undefined) return { stop: async () => undefined };
  const started = import("./sdk").then(({ startSdk }) => {
    const end = startSdk(endpoint);
    observePending(pending);
    return end;
  });
  started.catch((error: unknown) => logger.error({ err: error }, "metrics could not be started"));
  return {
    stop: async () => {
      try {
        await (await started)();
      } catch {
        logger.warn("the last metrics could not be exported");
      }
    },
  };
}
