import { maskText } from "@/lib/logging/mask-text";

const MAX_LENGTH = 512;

/** What the client calls itself, as the audit trail may keep it: short, and without a card number somebody put there. */
export function userAgentOf(headers: Headers): string | null {
  const given = headers.get("user-agent");
  return given === null ? null : maskText(given).slice(0, MAX_LENGTH);
}
