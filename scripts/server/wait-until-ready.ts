import { waitUntil } from "../processes/wait-until";

const START_MS = 90_000;
const CALL_MS = 5000;

/** Waits for `GET /api/ready` to answer 200. Throws an error that says what the server was still missing. */
export async function waitUntilReady(port: number, signal: AbortSignal): Promise<void> {
  let last = "nothing answered";
  const isReady = async () => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/ready`, { signal: AbortSignal.timeout(CALL_MS) });
      last = `${response.status} ${await response.text()}`;
      return response.status === 200;
    } catch {
      return false;
    }
  };
  if (await waitUntil(isReady, { timeoutMs: START_MS, everyMs: 100, signal })) return;
  throw new Error(`The server was not ready after ${START_MS / 1000} s. GET /api/ready: ${last.slice(0, 500)}`);
}
