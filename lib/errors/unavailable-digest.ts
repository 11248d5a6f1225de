/** By this the error page tells an outage from a crash. */
export const UNAVAILABLE_DIGEST = "service_unavailable";
