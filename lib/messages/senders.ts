import type { Channel, Content, EmailContent, SmsContent } from "./outgoing-message";

/**
 * What came of one attempt. `reason` is a few code words for the log and holds nothing of the message. `refused` is about
 * the message itself and stays so however often it is tried; `failed` may be better the next time, or may have been sent.
 */
export type SendOutcome =
  | Readonly<{ kind: "sent" }>
  | Readonly<{ kind: "refused"; reason: string }>
  | Readonly<{ kind: "failed"; reason: string }>;

/** A port: `messageId` is the same at each attempt for one message. Answers within the deadline, and never rejects. */
export type Sender<Message extends Content> = Readonly<{
  send: (message: Message, messageId: string, deadlineMs: number) => Promise<SendOutcome>;
}>;

export type EmailSender = Sender<EmailContent>;
export type SmsSender = Sender<SmsContent>;

/** Null for a channel that this server cannot send by. */
export type Senders = Readonly<{ email: EmailSender | null; sms: SmsSender | null }>;

export function channelsOf({ email, sms }: Senders): Channel[] {
  return [...(email ? (["email"] as const) : []), ...(sms ? (["sms"] as const) : [])];
}

export async function sendBy(
  senders: Senders,
  message: Content,
  messageId: string,
  deadlineMs: number,
): Promise<SendOutcome> {
  const nobody = { kind: "failed", reason: "channel_not_set_up" } as const;
  if (message.channel === "email") return (await senders.email?.send(message, messageId, deadlineMs)) ?? nobody;
  return (await senders.sms?.send(message, messageId, deadlineMs)) ?? nobody;
}
