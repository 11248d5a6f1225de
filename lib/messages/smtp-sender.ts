import { createTransport } from "nodemailer";
import { normalizeEmail } from "@/lib/auth/email";
import type { EmailContent } from "./outgoing-message";
import type { EmailSender, SendOutcome } from "./senders";

type Settings = Readonly<{
  /** As SMTP_URL. */
  url: string;
  /** `ADDRESS` or `NAME <ADDRESS>`. */
  from: string;
}>;

const CONNECT_MS = 5_000;
const SILENCE_MS = 10_000;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Sends by SMTP. `smtps:` speaks TLS from the first byte; `smtp:` must turn to it by STARTTLS and sends nothing, no
 * password either, to a server that does not offer it (RFC 8314), except on this machine.
 */
export function smtpSender({ url, from }: Settings): EmailSender {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const isLocal = LOCAL.includes(hostname);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !isLocal,
    ignoreTLS: !secure && isLocal,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) }, forceAuth: true }),
    dnsTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // A message is text of ours: nothing in it is a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send(message, messageId, deadlineMs) {
      const mail = compose(message, messageId, from);
      if (mail === null) return { kind: "refused", reason: "bad_recipient" };
      try {
        await within(deadlineMs, transport.sendMail(mail));
        return { kind: "sent" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

/** Null for what is not exactly one plain address: a list or a line break in it would write to others. */
function compose({ to, subject, text }: EmailContent, messageId: string, from: string) {
  const address = normalizeEmail(to);
  if (address === null) return null;
  const host = from.slice(from.lastIndexOf("@") + 1).replace(/>.*$/, "");
  return {
    from,
    to: { name: "", address },
    subject: subject.replace(/\p{Cc}+/gu, " "),
    text,
    // The same at each attempt: many mail programs show a message that comes twice once.
    messageId: `<${messageId}@${host}>`,
    // RFC 3834: nobody's absence is to be answered to us.
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

/** The connection itself gives up by its own time-outs; what is late is tried again, and may then come twice. */
async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("late"), { code: "ETIMEDOUT" })), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Envelope or text were refused. A refused password, or no TLS, is about settings, which somebody is going to mend. */
const ABOUT_THE_MESSAGE: readonly (string | null)[] = ["EENVELOPE", "EMESSAGE"];

/** RFC 5321, 4.2.1: 5xx is for good. */
function outcomeOf(error: unknown): SendOutcome {
  const { code, status } = codesOf(error);
  const reason = [status, code].filter((part) => part !== null).join(" ") || "unknown";
  const isFinal = status !== null && status >= 500 && ABOUT_THE_MESSAGE.includes(code);
  return { kind: isFinal ? "refused" : "failed", reason };
}

/** Never the error's text: a server's answer quotes the address. */
function codesOf(error: unknown): { code: string | null; status: number | null } {
  if (!(error instanceof Error)) return { code: null, status: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  const status = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : null;
  return { code: code !== null && /^[A-Z_]{1,40}$/.test(code) ? code : null, status };
}
