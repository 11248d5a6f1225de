import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { twilioSender } from "./twilio-sender";

const ACCOUNT = { accountSid: "AC0123456789abcdef0123456789abcdef", authToken: "token:with/odd=signs" };
const SMS = { channel: "sms", to: "+919876543210", text: "Countinghouse: 123456 & 5 minutes – ✓" } as const;

/** As the API documents its answer to a message that it took. */
const CREATED = {
  account_sid: ACCOUNT.accountSid,
  api_version: "2010-04-01",
  body: SMS.text,
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+14155550100",
  sid: "SM0123456789abcdef0123456789abcdef",
  status: "queued",
  to: SMS.to,
};

type Call = Readonly<{
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}>;

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startProvider(answer: (response: ServerResponse) => void) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    calls.push({ method, url, headers, body: Buffer.concat(chunks).toString("latin1") });
    answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the provider has no port");
  return { url: `http://127.0.0.1:${address.port}`, calls };
}

const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const send = (url: string, to: string = SMS.to, deadlineMs = 3_000) =>
  twilioSender({ ...ACCOUNT, providerUrl: url, from: { From: "+14155550100" } }).send(
    { ...SMS, to },
    "msg_1",
    deadlineMs,
  );

describe("twilio", () => {
  it("sends the request that the API documents, byte by byte", async () => {
    const { url, calls } = await startProvider(json(201, CREATED));
    expect(await send(url)).toEqual({ kind: "sent" });
    expect(calls).toMatchObject([
      {
        method: "POST",
        url: "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json",
        headers: {
          authorization: "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0b2tlbjp3aXRoL29kZD1zaWducw==",
          "content-type": "application/x-www-form-urlencoded",
        },
        body: "To=%2B919876543210&From=%2B14155550100&Body=Countinghouse%3A+123456+%26+5+minutes+%E2%80%93+%E2%9C%93",
      },
    ]);
    expect(calls[0]?.headers["content-length"]).toBe(String(calls[0]?.body.length));
  });

  it("sends from a messaging service where one is set up", async () => {
    const { url, calls } = await startProvider(json(201, CREATED));
    const from = { MessagingServiceSid: "MG0123456789abcdef0123456789abcdef" };
    await twilioSender({ ...ACCOUNT, providerUrl: url, from }).send({ ...SMS, text: "x" }, "msg_1", 3_000);
    expect(calls[0]?.body).toBe("To=%2B919876543210&MessagingServiceSid=MG0123456789abcdef0123456789abcdef&Body=x");
  });

  it.each([
    [400, 21211, "refused"], // no such number
    [400, 21408, "refused"], // country not allowed
    [400, 21610, "refused"], // the recipient has said STOP
    [400, 21614, "refused"], // cannot receive text messages
    [400, 21611, "failed"], // queue full
    [401, 20003, "failed"], // token refused
    [404, 20404, "failed"], // no such account
    [429, 20429, "failed"], // too many requests
    [500, 20500, "failed"],
    [503, 20503, "failed"],
  ])("%i with code %i is %s", async (status, code, kind) => {
    const message = `The 'To' number ${SMS.to} is not a valid phone number.`;
    const { url } = await startProvider(json(status, { code, message, more_info: "https://…", status }));
    expect(await send(url)).toEqual({ kind, reason: `${status} ${code}` });
  });

  it("takes back what it was told when the provider says that the message failed at once", async () => {
    const { url } = await startProvider(json(201, { ...CREATED, status: "failed", error_code: 30006 }));
    expect(await send(url)).toEqual({ kind: "refused", reason: "failed 30006" });
  });

  it("a page of somebody in between decides nothing", async () => {
    const html = (response: ServerResponse) => response.writeHead(400).end("<html>Bad gateway</html>");
    expect(await send((await startProvider(html)).url)).toEqual({ kind: "failed", reason: "400" });
  });

  it("follows no redirect: it would carry code and token elsewhere", async () => {
    const elsewhere = await startProvider(json(201, CREATED));
    const { url } = await startProvider((response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await send(url)).toMatchObject({ kind: "failed" });
    expect(elsewhere.calls).toEqual([]);
  });

  it("a provider that is silent, or not there, is tried again later", async () => {
    const { url } = await startProvider(() => undefined);
    expect(await send(url, SMS.to, 200)).toEqual({ kind: "failed", reason: "no whole answer within 200 ms" });
    expect(await send("http://127.0.0.1:1")).toMatchObject({ kind: "failed" });
  });

  it("asks nobody about what is no number", async () => {
    const { url, calls } = await startProvider(json(201, CREATED));
    for (const to of ["", "9876543210", "+91 98765 43210", "+919876543210\r\n", "whatsapp:+919876543210"]) {
      expect(await send(url, to)).toEqual({ kind: "refused", reason: "bad_recipient" });
    }
    expect(calls).toEqual([]);
  });
});
