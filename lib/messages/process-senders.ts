import { env } from "@/lib/env";
import { outboxSender } from "./outbox";
import type { EmailSender, Senders, SmsSender } from "./senders";
import { smtpSender } from "./smtp-sender";
import { twilioSender } from "./twilio-sender";

/** What this server sends by. What is set up for real goes before the demo's outbox. */
export function processSenders(): Senders {
  const { OUTBOX_FILE } = env();
  const outbox = OUTBOX_FILE === undefined ? null : outboxSender(OUTBOX_FILE);
  return { email: emailSender() ?? outbox, sms: smsSender() ?? outbox };
}

function emailSender(): EmailSender | null {
  const { SMTP_URL, MAIL_FROM, APP_URL } = env();
  if (SMTP_URL === undefined) return null;
  return smtpSender({ url: SMTP_URL, from: MAIL_FROM ?? `Countinghouse <no-reply@${new URL(APP_URL).hostname}>` });
}

function smsSender(): SmsSender | null {
  const { SMS_PROVIDER_URL, SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM, SMS_MESSAGING_SERVICE_SID } = env();
  if (SMS_ACCOUNT_SID === undefined || SMS_AUTH_TOKEN === undefined) return null;
  const account = { providerUrl: SMS_PROVIDER_URL, accountSid: SMS_ACCOUNT_SID, authToken: SMS_AUTH_TOKEN };
  if (SMS_FROM !== undefined) return twilioSender({ ...account, from: { From: SMS_FROM } });
  if (SMS_MESSAGING_SERVICE_SID === undefined) return null;
  return twilioSender({ ...account, from: { MessagingServiceSid: SMS_MESSAGING_SERVICE_SID } });
}
