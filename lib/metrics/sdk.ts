import { randomUUID } from "node:crypto";
import { DiagLogLevel, diag, metrics } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { logger } from "@/lib/logging/logger";

const EXPORT_EVERY_MS = 60_000;
/** Shorter than a server has for its end. */
const EXPORT_TIMEOUT_MS = 2000;

/** Loaded by `startMetrics` alone, where metrics go somewhere: nothing else may import this file. Returns how it ends. */
export function startSdk(endpoint: string): () => Promise<void> {
  const warn = () => logger.warn("metrics could not be exported");
  const ignore = () => undefined;
  // Its own messages may hold the collector's address and answer.
  diag.setLogger(
    { error: warn, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  const url = `${endpoint.replace(/\/+$/, "")}/v1/metrics`;
  const provider = new MeterProvider({
    // Each process counts for itself: without an instance of its own one's counters would overwrite another's.
    resource: defaultResource().merge(
      resourceFromAttributes({ "service.name": "countinghouse", "service.instance.id": randomUUID() }),
    ),
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }),
        exportIntervalMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  if (!metrics.setGlobalMeterProvider(provider)) throw new Error("there is another provider of metrics");
  return async () => {
    await provider.shutdown();
    metrics.disable();
    diag.disable();
  };
}
