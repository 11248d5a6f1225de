import { createServer } from "node:net";
import { codeOf } from "./problem";

const LOOPBACKS = ["127.0.0.1", "::1"] as const;

/** Whether nobody listens on the port on either loopback address: `localhost` may mean both. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of LOOPBACKS) if ((await listenOnce(port, host)) === "taken") return false;
  return true;
}

/** The preferred port if it is free, else one that the system picks. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  const port = await listenOnce(0, LOOPBACKS[0]);
  if (typeof port !== "number") throw new Error("the system has no free port");
  return port;
}

function listenOnce(port: number, host: string): Promise<number | "taken" | "no such address"> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      const code = codeOf(error);
      if (code === "EADDRINUSE" || code === "EACCES") resolve("taken");
      else if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") resolve("no such address");
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
