import { Mail, MessageSquareText } from "lucide-react";
import { LocalTime } from "@/components/payments/local-time";
import { LinkedText } from "./linked-text";

type Message = Readonly<{ at: string; channel: "email" | "sms"; to: string; subject: string | null; text: string }>;

type Props = { messages: readonly Message[] /** Links that lead there can be followed. */; appUrl: string };

export function OutboxList({ messages, appUrl }: Props) {
  return (
    <ol className="space-y-4">
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: counted from the end, which stays: the list grows at its head
        <li key={messages.length - index}>
          <OutboxMessage message={message} appUrl={appUrl} />
        </li>
      ))}
    </ol>
  );
}

function OutboxMessage({ message, appUrl }: { message: Message; appUrl: string }) {
  const isEmail = message.channel === "email";
  const Icon = isEmail ? Mail : MessageSquareText;
  const name = message.subject ?? "Text message";
  return (
    <article aria-label={name} className="overflow-hidden rounded-lg border bg-card">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b px-5 py-3">
        <h2 className="flex min-w-0 items-center gap-2 text-sm font-semibold">
          <Icon aria-hidden="true" className="size-4 shrink-0 text-muted-foreground" />
          {name}
        </h2>
        <span className="text-xs text-muted-foreground">
          <LocalTime at={new Date(message.at)} timeZone="UTC" seconds />
        </span>
        <p className="w-full text-xs break-all text-muted-foreground">
          {isEmail ? "Email" : "SMS"} to <span className="text-foreground">{message.to}</span>
        </p>
      </header>
      <p className="px-5 py-4 text-sm leading-relaxed break-words whitespace-pre-wrap">
        <LinkedText text={message.text} origin={appUrl} />
      </p>
    </article>
  );
}
