import { z } from "zod";
import { type Exchange, exchange } from "@/lib/http/exchange";
import type { SendOutcome, SmsSender } from "./senders";

type Settings = Readonly<{
  providerUrl: string;
  accountSid: string;
  authToken: string;
  from: Readonly<{ From: string } | { MessagingServiceSid: string }>;
}>;

const E164 = /^\+[1-9]\d{6,14}$/;

/** Refusals of the API (400) that are about the moment and not about the message: too many at once, a full queue. */
const TEMPORARY_CODES: readonly number[] = [14107, 20429, 21611, 30001];

const refusal = z.object({ code: z.number() });
const created = z.object({ status: z.string(), error_code: z.number().nullish() });

/** Sends text messages by Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource). */
export function twilioSender({ providerUrl, accountSid, authToken, from }: Settings): SmsSender {
  const url = new URL(`/2010-04-01/Accounts/${accountSid}/Messages.json`, providerUrl);
  const headers = {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`, "utf8").toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  return {
    async send({ to, text }, _messageId, deadlineMs) {
      if (!E164.test(to)) return { kind: "refused", reason: "bad_recipient" };
      const body = new URLSearchParams({ To: to, ...from, Body: text }).toString();
      return outcomeOf(await exchange(url, { method: "POST", headers, body }, deadlineMs));
    },
  };
}

function outcomeOf(answer: Exchange): SendOutcome {
  if (answer.kind === "lost") return { kind: "failed", reason: answer.reason };
  const { status, text } = answer;
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    const message = created.safeParse(body).data;
    const lost = message !== undefined && ["failed", "undelivered", "canceled"].includes(message.status);
    return lost
      ? { kind: "refused", reason: `${message.status} ${message.error_code ?? ""}`.trim() }
      : { kind: "sent" };
  }
  const code = refusal.safeParse(body).data?.code;
  const reason = code === undefined ? String(status) : `${status} ${code}`;
  // 401, 403 and 404 are about our account, 429 and 5xx about the moment: the message may still be sent.
  const isFinal = status === 400 && code !== undefined && !TEMPORARY_CODES.includes(code);
  return { kind: isFinal ? "refused" : "failed", reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
