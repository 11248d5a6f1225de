import { env } from "@/lib/env";
import type { Channel } from "./outgoing-message";

/** By which ways this server can send: what is false is "not set up", and nobody is offered codes by it. */
export function messageChannels(): Readonly<Record<Channel, boolean>> {
  const { SMTP_URL, SMS_ACCOUNT_SID, OUTBOX_FILE } = env();
  return {
    email: SMTP_URL !== undefined || OUTBOX_FILE !== undefined,
    sms: SMS_ACCOUNT_SID !== undefined || OUTBOX_FILE !== undefined,
  };
}
