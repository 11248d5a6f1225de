import Bowser from "bowser";

const UNKNOWN = "Unknown browser";
const LENGTH_MAX = 60;

/** A browser in a few words, as people know theirs: "Chrome on Windows". What a client calls itself proves nothing. */
export function deviceName(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === "") return UNKNOWN;
  const { browser, os } = Bowser.parse(userAgent);
  const named = [browser.name ?? UNKNOWN, ...(os.name ? [`on ${os.name}`] : [])].join(" ");
  return named.replace(/[^\x20-\x7e]/g, "").slice(0, LENGTH_MAX);
}
