/** The events of an endpoint in a word or two. */
export function eventsSummary(events: readonly string[]): string {
  if (events.includes("*")) return "Every event";
  return events.length === 1 ? `${events[0]}` : `${events.length} types`;
}

const ERRORS: Readonly<Record<string, string>> = {
  timeout: "No answer in time",
  name_not_found: "Name not found",
  address_refused: "Address refused",
  connection_lost: "Connection lost",
  server_stopped: "Our server stopped",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset",
  EHOSTUNREACH: "Host unreachable",
  ENETUNREACH: "Network unreachable",
  CERT_HAS_EXPIRED: "Certificate expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Certificate not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "Certificate not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "Certificate of another name",
};

type Attempt = Readonly<{ endedAt: Date | null; statusCode: number | null; error: string | null }>;

/** What came of an attempt. */
export function attemptWords({ endedAt, statusCode, error }: Attempt): string {
  if (statusCode !== null)
    return statusCode >= 300 && statusCode < 400 ? `${statusCode} (not followed)` : `${statusCode}`;
  if (error !== null) return ERRORS[error] ?? error;
  return endedAt === null ? "No outcome yet" : "Unknown";
}

export function latencyWords(latencyMs: number | null): string | null {
  return latencyMs === null ? null : `${latencyMs.toLocaleString("en-GB")} ms`;
}
