import { once } from "node:events";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export type ReceivedMail = Readonly<{ from: string; to: readonly string[]; source: string; secure: boolean }>;

export type MailServer = Readonly<{
  port: number;
  received: ReceivedMail[];
  /** What clients said they were: right or wrong. */
  logins: { username: string | undefined; password: string | null | undefined }[];
  close: () => Promise<void>;
}>;

/** A real SMTP server in this process, on every loopback address. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const logins: MailServer["logins"] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) => {
      logins.push({ username, password });
      if (password === "right p@ss") done(null, { user: username });
      else done(new Error("Invalid username or password"));
    },
    onData: (stream, { envelope, secure }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : "",
          to: envelope.rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString("utf8"),
          secure,
        });
        done(null);
      });
    },
    ...options,
  });
  // A client that turns away from an untrusted certificate is what some tests are about.
  server.on("error", () => undefined);
  server.listen(0);
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return {
    port: address.port,
    received,
    logins,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
