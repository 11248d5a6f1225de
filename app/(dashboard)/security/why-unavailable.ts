import type { Factor } from "@/lib/auth/second-factor/list-factors";

type Channel = "sms" | "email";

const NAMES: Readonly<Record<Channel, string>> = { sms: "text message", email: "email" };

/** Why codes cannot be sent this way; null when they can. */
export function whyUnavailable(
  channel: Channel,
  allowed: readonly Factor[],
  channels: Readonly<Record<Channel, boolean>>,
): string | null {
  if (!allowed.includes(channel)) return `Your business does not allow codes by ${NAMES[channel]}.`;
  if (!channels[channel]) return `This server is not set up to send by ${NAMES[channel]}. Ask whoever runs it.`;
  return null;
}
