import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import type { RefundOrder } from "../refund-payment";
import { TEST_MASTER_KEY } from "./payment-world";

/** The first transaction claims the key and writes what is pending; the last one writes the outcome. */
export const HANGS = [
  "before the first commit",
  "before the call",
  "after the call",
  "before the last commit",
  "after the last commit",
] as const;

export type Hang = (typeof HANGS)[number];

export type Settings = Readonly<{
  databaseUrl: string;
  masterKey: string;
  acquirerUrl: string;
  hang: Hang;
  /** How many calls it makes at once. */
  calls: number;
  request: Omit<IdempotentRequest, "fingerprint"> & { fingerprint: string };
  call: { kind: "payment"; body: unknown } | { kind: "refund"; order: RefundOrder };
}>;

/** Runs calls in a process of its own, and ends that with `kill -9` where one stops, after what is to happen `meanwhile`. */
export async function killAt(
  hang: Hang,
  request: IdempotentRequest,
  at: Pick<Settings, "databaseUrl" | "acquirerUrl" | "call"> & Partial<Pick<Settings, "calls">>,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  const settings: Settings = {
    ...{ calls: 1, ...at, hang, masterKey: TEST_MASTER_KEY },
    request: { ...request, fingerprint: request.fingerprint.toString("hex") },
  };
  const script = fileURLToPath(new URL("./begin-and-hang.ts", import.meta.url));
  const server = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const died = once(server, "exit");
  const stopped = once(server.stdout, "data");
  await Promise.race([stopped, died.then(() => Promise.reject(new Error("it ended before it could be killed")))]);
  await meanwhile();
  server.kill("SIGKILL");
  await died;
}
