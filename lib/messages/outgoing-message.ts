import { z } from "zod";
import type { MerchantId } from "@/lib/ids/id";

export type Channel = "email" | "sms";

/** A message to one person. `kind` tells those who look after the server what it is about, and nothing that is in it. */
export type OutgoingMessage = Readonly<{ merchantId: MerchantId; kind: string; expiresInSeconds: number } & Content>;

/** To whom and what: sealed at rest. A telephone number is E.164. */
export const content = z.discriminatedUnion("channel", [
  z.strictObject({ channel: z.literal("email"), to: z.string(), subject: z.string(), text: z.string() }),
  z.strictObject({ channel: z.literal("sms"), to: z.string(), text: z.string() }),
]);

export type Content = Readonly<z.infer<typeof content>>;
export type EmailContent = Extract<Content, { channel: "email" }>;
export type SmsContent = Extract<Content, { channel: "sms" }>;
