import { once } from "node:events";
import { createServer } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { EmailContent } from "./outgoing-message";
import { smtpSender } from "./smtp-sender";
import { selfSigned } from "./testing/certificate";
import { type MailServer, startMailServer } from "./testing/mail-server";

const FROM = "Countinghouse <no-reply@pay.example.com>";
const MAIL: EmailContent = {
  channel: "email",
  to: "asha@example.com",
  subject: "Your sign-in code",
  text: "Your code is 123456.\nIt works for 5 minutes – once.",
};
const CERTIFICATE = selfSigned();

const open: MailServer[] = [];
async function start(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const send = (url: string, mail: Partial<EmailContent> = {}, deadlineMs = 5_000) =>
  smtpSender({ url, from: FROM }).send({ ...MAIL, ...mail }, "msg_1", deadlineMs);

const refusing = (code: number) => Object.assign(new Error("no mailbox asha@example.com here"), { responseCode: code });

describe("smtp", () => {
  it("hands one mail to the server, with an id that stays the same when it is sent again", async () => {
    const server = await start();
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind: "sent" });
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind: "sent" });
    expect(server.received).toHaveLength(2);
    for (const { from, to, source } of server.received) {
      expect({ from, to }).toEqual({ from: "no-reply@pay.example.com", to: ["asha@example.com"] });
      expect(source).toContain("From: Countinghouse <no-reply@pay.example.com>\r\n");
      expect(source).toContain("Subject: Your sign-in code\r\n");
      expect(source).toContain("Message-ID: <msg_1@pay.example.com>\r\n");
      expect(source).toContain("Auto-Submitted: auto-generated\r\n");
      expect(source).toContain("Your code is 123456.");
    }
  });

  it("signs in with the user and password of the URL, and says so when they are refused", async () => {
    const server = await start({ authOptional: false, allowInsecureAuth: true });
    const url = (password: string) => `smtp://mailer%40example.com:${password}@127.0.0.1:${server.port}`;
    expect(await send(url("right%20p%40ss"))).toEqual({ kind: "sent" });
    expect(server.logins).toEqual([{ username: "mailer@example.com", password: "right p@ss" }]);
    // Not for good: the setting is wrong, not the message.
    expect(await send(url("wrong"))).toEqual({ kind: "failed", reason: "535 EAUTH" });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [550, "refused", "550 EENVELOPE"],
    [553, "refused", "553 EENVELOPE"],
    [451, "failed", "451 EENVELOPE"],
    [421, "failed", "421 EENVELOPE"],
  ])("a recipient answered with %i is %s, and the reason holds no address", async (code, kind, reason) => {
    const server = await start({ onRcptTo: (_address, _session, done) => done(refusing(code)) });
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind, reason });
  });

  it("a refusal after the text counts as one", async () => {
    const onData = (stream: NodeJS.ReadableStream, _session: unknown, done: (error: Error) => void) => {
      stream.resume();
      stream.on("end", () => done(refusing(554)));
    };
    const server = await start({ onData });
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind: "refused", reason: "554 EMESSAGE" });
  });

  it("a server that is silent, or not there, is tried again later; neither takes longer than allowed", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await send(`smtp://127.0.0.1:${port}`, {}, 300)).toEqual({ kind: "failed", reason: "ETIMEDOUT" });
    silent.close();
    const gone = await start();
    await gone.close();
    expect(await send(`smtp://127.0.0.1:${gone.port}`)).toMatchObject({ kind: "failed" });
  });

  it("smtp.no-downgrade: the attack is to answer without TLS, and read the password and the code", async () => {
    const server = await start({ allowInsecureAuth: true });
    // Not one of the names of this machine, and yet it.
    const outcome = await send(`smtp://mailer:right%20p%40ss@0.0.0.0:${server.port}`);
    expect(outcome).toEqual({ kind: "failed", reason: "500 ETLS" });
    expect(server.logins).toEqual([]);
    expect(server.received).toEqual([]);
  });

  it.each(["smtp", "smtps"])("%s: trusts a server by its certificate, and no other one", async (protocol) => {
    const server = await start({ ...CERTIFICATE, secure: protocol === "smtps", disabledCommands: [] });
    const url = `${protocol}://mailer:right%20p%40ss@0.0.0.0:${server.port}`;
    expect(await send(url)).toMatchObject({ kind: "failed" });
    expect(server.logins).toEqual([]);
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, CERTIFICATE.cert]);
    try {
      expect(await send(url)).toEqual({ kind: "sent" });
    } finally {
      setDefaultCACertificates(before);
    }
    expect(server.received).toMatchObject([{ secure: true }]);
  });

  it("mail.header-injection: the attack is a subject or recipient with line breaks in it", async () => {
    const server = await start();
    const url = `smtp://127.0.0.1:${server.port}`;
    expect(await send(url, { subject: "Hello\r\nBcc: eve@example.com\r\n\r\nBody\u0000\u0085x" })).toEqual({
      kind: "sent",
    });
    const [mail] = server.received;
    expect(mail?.to).toEqual(["asha@example.com"]);
    expect(mail?.source).not.toMatch(/^(Bcc|Body)/m);
    for (const to of [
      "asha@example.com\r\nBcc: eve@example.com",
      "asha@example.com, eve@example.com",
      "Asha <asha@example.com>",
      "asha@example.com> RCPT TO:<eve@example.com",
      "asha@example.com\u2028eve@example.com",
      "",
    ]) {
      expect(await send(url, { to })).toEqual({ kind: "refused", reason: "bad_recipient" });
    }
    expect(server.received).toHaveLength(1);
  });
});
