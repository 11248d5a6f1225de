import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const PRELOAD = fileURLToPath(new URL("./preload.mjs", import.meta.url));

/** A server that answers with the headers it sees, and with what the preload has told the process. */
const SERVER = `
  import { createServer } from "node:http";
  const server = createServer(async (request, response) => {
    const [, status, retryAfterSeconds] = request.url.split("/");
    await new Promise((resolve) => setImmediate(resolve));
    if (retryAfterSeconds) Object.assign(globalThis.countinghouseAnswers.getStore(), { retryAfterSeconds });
    response.statusCode = Number(status) || 200;
    response.end(JSON.stringify({ headers: request.headers, stamps: globalThis.countinghouseStampsAddresses }));
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

const servers = new Map<string, { child: ChildProcess; port: Promise<number> }>();
afterAll(() => {
  for (const { child } of servers.values()) child.kill("SIGKILL");
});

/** One for each environment. */
function startServer(environment: Readonly<Record<string, string>>): Promise<number> {
  const name = JSON.stringify(environment);
  const running = servers.get(name);
  if (running) return running.port;
  const child = spawn(process.execPath, ["--import", PRELOAD, "--input-type=module", "--eval", SERVER], {
    env: { NODE_ENV: "test", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = once(child.stdout, "data").then(([text]: Buffer[]) => Number(text));
  servers.set(name, { child, port });
  return port;
}

type Seen = { headers: Record<string, string>; stamps: boolean };

/** node:http and not fetch, which forbids some of these headers to its callers. */
function ask(port: number, headers: Record<string, string | string[]>, path = "/"): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve(JSON.parse(text) as Seen));
    });
    call.on("error", reject);
    call.end();
  });
}

const ADDRESS = "x-countinghouse-client-address";

describe("preload: the attack is to send headers that only the server or a proxy may set", () => {
  it("with no proxy trusted, the socket's address is the client's, whatever it says", async () => {
    const port = await startServer({});
    const { headers, stamps } = await ask(port, {
      [ADDRESS]: "203.0.113.1",
      "X-Forwarded-For": "203.0.113.2",
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Port": "1",
      "X-Real-IP": "203.0.113.3",
      Forwarded: "for=203.0.113.4",
      Accept: "text/html",
    });
    expect(stamps).toBe(true);
    expect(headers[ADDRESS]).toBe("127.0.0.1");
    expect(Object.keys(headers).filter((name) => /forwarded|real-ip/.test(name))).toEqual([]);
    expect(headers.accept).toBe("text/html");
  });

  it.each([{}, { TRUSTED_PROXIES: "1" }])(
    "headers that Next.js and ourselves read from ourselves are dropped (%j)",
    async (environment) => {
      const port = await startServer(environment);
      const { headers } = await ask(port, {
        "X-Countinghouse-Path": "/evil",
        "X-Countinghouse-Target": "/evil",
        "X-Csp-Nonce": "evil",
        "Content-Security-Policy": "default-src *",
        "Content-Security-Policy-Report-Only": "default-src *",
        "X-Middleware-Subrequest": "middleware",
        "Next-Resume": "1",
      });
      expect(JSON.stringify(headers)).not.toContain("evil");
      expect(Object.keys(headers).toSorted()).toEqual(["connection", "host", ADDRESS, "x-countinghouse-target"]);
    },
  );

  it("keeps the request's target as it was sent", async () => {
    const port = await startServer({});
    const path = "/api/v1/payments?created_from=2026-01-01T00:00:00%2B05:30&reference=a%20b+c";
    expect((await ask(port, {}, path)).headers["x-countinghouse-target"]).toBe(path);
  });

  it.each<[string, string | string[] | null, string]>([
    ["1", "203.0.113.9", "203.0.113.9"],
    ["1", "6.6.6.6, 203.0.113.9", "203.0.113.9"],
    ["1", ["6.6.6.6", "203.0.113.9"], "203.0.113.9"],
    ["1", " 6.6.6.6 ,, 203.0.113.9 ", "203.0.113.9"],
    ["1", null, "127.0.0.1"],
    ["1", "", "127.0.0.1"],
    ["2", "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"],
    ["2", "203.0.113.9", "203.0.113.9"],
    ["2", null, "127.0.0.1"],
    ["0", "203.0.113.9", "127.0.0.1"],
    ["nonsense", "203.0.113.9", "127.0.0.1"],
    ["-1", "203.0.113.9", "127.0.0.1"],
  ])("with TRUSTED_PROXIES=%s and X-Forwarded-For %j the client is %s", async (trusted, forwarded, address) => {
    const port = await startServer({ TRUSTED_PROXIES: trusted });
    const { headers } = await ask(port, forwarded === null ? {} : { "X-Forwarded-For": forwarded });
    expect(headers[ADDRESS]).toBe(address);
  });
});

describe("preload: a page that failed only for now", () => {
  const answerTo = async (port: number, path: string) => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}${path}`);
    return [status, headers.get("retry-after")];
  };

  it("is answered 503 with Retry-After, and no other answer of the same moment is", async () => {
    const port = await startServer({});
    const paths = ["/500/7", "/500", "/200/7", "/307/7", "/500/2"];
    const answers = await Promise.all(paths.map((path) => answerTo(port, path)));
    expect(answers).toEqual([
      [503, "7"],
      [500, null],
      [200, null],
      [307, null],
      [503, "2"],
    ]);
  });
});
