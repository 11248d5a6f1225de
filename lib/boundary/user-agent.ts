import { maskText } from "@/lib/logging/mask-text";

const MAX_LENGTH = 512;

/** What the client calls itself, as the audit trail may keep it: short, and without a card number somebody put there. */
export function userAgentOf(headers: Headers): string | null {
  const given = headers.get("user-agent");
  return given === null ? null : maskText(readUtf8(given)).slice(0, MAX_LENGTH);
}

/** HTTP hands on bytes, one to a character. Read so, a card number in full-width digits is not seen to be one. */
function readUtf8(value: string): string {
  if (!/^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(value)) return value;
  const read = Buffer.from(value, "latin1").toString("utf8");
  return read.includes("\ufffd") ? value : read;
}
