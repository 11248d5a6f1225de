import { appendFile, open } from "node:fs/promises";
import { z } from "zod";
import type { Content } from "./outgoing-message";
import type { Sender, SendOutcome } from "./senders";

/** What a demo shows at a time, and how far back from the file's end it looks for it. */
const SHOWN_MAX = 100;
const READ_BYTES = 512 * 1024;

const line = z.object({
  at: z.iso.datetime(),
  channel: z.enum(["email", "sms"]),
  to: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
});

export type OutboxMessage = z.infer<typeof line>;

/** The demo's sender: writes to a file, one line of JSON a message, that only its user may read. */
export function outboxSender(file: string): Sender<Content> {
  return {
    async send(message): Promise<SendOutcome> {
      const { channel, to, text } = message;
      const subject = message.channel === "email" ? message.subject : null;
      const written: OutboxMessage = { at: new Date().toISOString(), channel, to, subject, text };
      try {
        await appendFile(file, `${JSON.stringify(written)}\n`, { mode: 0o600 });
        return { kind: "sent" };
      } catch {
        return { kind: "failed", reason: "outbox_not_writable" };
      }
    },
  };
}

/** The newest first. A line that was cut by a crash is left out. */
export async function readOutbox(file: string): Promise<readonly OutboxMessage[]> {
  const lines = (await readTail(file)).split("\n").reverse();
  return lines.flatMap(parseLine).slice(0, SHOWN_MAX);
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, "r").catch(() => null);
  // Nothing has been sent yet.
  if (handle === null) return "";
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, READ_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function parseLine(text: string): OutboxMessage[] {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
