import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Received = Readonly<{ body: Record<string, unknown>; text: string; signature: string }>;

/** Whoever is called back: keeps what it gets and answers with `status`, as long as the test says. */
export async function startListener() {
  const received: Received[] = [];
  let [status, answerAfterMs, mostAtOnce, atOnce] = [204, 20, 0, 0];
  const server = createServer(async (request, response) => {
    const answer = status;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const text = Buffer.concat(await request.toArray()).toString();
    const signature = String(request.headers["x-sandbox-signature"]);
    received.push({ body: JSON.parse(text) as Record<string, unknown>, text, signature });
    await sleep(answerAfterMs);
    atOnce -= 1;
    response.writeHead(answer).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/callbacks`,
    received,
    mostAtOnce: () => mostAtOnce,
    answerWith: (next: number) => {
      status = next;
    },
    answerAfter: (ms: number) => {
      answerAfterMs = ms;
    },
    /** Those about a charge, once there are so many of them. */
    waitFor: async (key: string, count: number): Promise<Received[]> => {
      const about = () => received.filter(({ body }) => keyOf(body) === key);
      for (let tries = 0; tries < 400 && about().length < count; tries += 1) await sleep(25);
      return about();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const keyOf = ({ charge }: Record<string, unknown>) => (charge as { idempotency_key: string }).idempotency_key;

/** What the signature of a callback must be. */
export function signatureOf(secret: string, text: string, signature: string): string {
  const [, timestamp = ""] = /^t=([0-9]+),v1=/.exec(signature) ?? [];
  return `t=${timestamp},v1=${createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex")}`;
}
