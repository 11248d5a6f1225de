import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** In front of a Redis: what is asked arrives and is done, and of the answers as many are lost as were told. */
export type LosingProxy = Readonly<{
  url: string;
  /** From now on so many answers do not come back. */
  lose: (count: number) => void;
  /** How many answers were lost. */
  lost: () => number;
  close: () => Promise<void>;
}>;

export async function startLosingProxy(redisUrl: string): Promise<LosingProxy> {
  let toLose = 0;
  let lost = 0;
  const proxy = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers = { "content-type": "application/json", authorization: request.headers.authorization ?? "" };
    const init = { method: "POST", headers, body: Buffer.concat(parts) };
    const answer = await fetch(redisUrl, init).catch(() => null);
    if (answer === null) {
      response.destroy();
      return;
    }
    const text = await answer.text();
    if (toLose === 0) {
      response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
      return;
    }
    toLose -= 1;
    lost += 1;
    response.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lose: (count) => {
      toLose = count;
    },
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
}
