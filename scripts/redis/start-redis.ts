import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../processes/ports";
import { waitUntil } from "../processes/wait-until";
import { ROOT } from "../root";
import { ensureRedis } from "./ensure-redis";

const TOKEN = "token-of-the-tests";
const REST_PROGRAM = join(ROOT, "node_modules", "@humanwhocodes", "upstash-redis-server", "dist", "server.js");

/** A real Redis behind a server that speaks Upstash's protocol, on ports of their own. */
export type RunningRedis = Readonly<{
  /** The REST address and its token. */
  url: string;
  token: string;
  /** Takes Redis away, as a power cut would; what speaks for it stays. */
  kill: () => Promise<void>;
  /** Starts Redis again, empty, on the port it had. */
  restart: () => Promise<void>;
  /** All that Redis is told from now on, as text. */
  listen: () => Promise<() => string>;
  /** The process id of Redis itself. */
  pid: () => number;
  stop: () => Promise<void>;
}>;

/** Starts both, in a temporary folder; nothing is written to a disk. */
export async function startRedis(): Promise<RunningRedis> {
  const program = await ensureRedis();
  const folder = mkdtempSync(join(tmpdir(), "countinghouse-redis-"));
  const port = await freePort();
  const restPort = await freePort();
  let redis = await spawnRedis(program, folder, port);
  const rest = spawn(process.execPath, [REST_PROGRAM], {
    env: { ...process.env, URS_TOKEN: TOKEN, PORT: String(restPort), REDIS_URL: `redis://127.0.0.1:${port}` },
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${restPort}`;
  await waitUntil(() => answers(url), { timeoutMs: 20_000 });
  return {
    url,
    token: TOKEN,
    kill: () => end(redis, "SIGKILL"),
    restart: async () => {
      redis = await spawnRedis(program, folder, port);
      await waitUntil(() => answers(url), { timeoutMs: 20_000 });
    },
    listen: () => listenTo(port),
    pid: () => redis.pid ?? 0,
    stop: async () => {
      await Promise.all([end(redis, "SIGKILL"), end(rest, "SIGKILL")]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function spawnRedis(program: string, folder: string, port: number): Promise<ChildProcess> {
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn(program, settings, { stdio: "ignore" });
  await once(child, "spawn");
  return child;
}

async function listenTo(port: number): Promise<() => string> {
  const connection = connect(port, "127.0.0.1");
  let text = "";
  connection.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  connection.on("error", () => connection.destroy());
  connection.write("MONITOR\r\n");
  const isHeard = await waitUntil(() => text.startsWith("+OK"), { timeoutMs: 5000 });
  if (!isHeard) throw new Error("Redis does not say what it is told");
  return () => text;
}

async function answers(url: string): Promise<boolean> {
  try {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const response = await fetch(url, {
      ...{ method: "POST", headers, body: '["PING"]' },
      signal: AbortSignal.timeout(1000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}
