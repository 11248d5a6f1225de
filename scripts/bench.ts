/**
 * `npm run bench`: what the product costs, each figure measured in turns with a floor or a peer on this machine, in this
 * run. Prints a table and writes bench-results.json. With `-- --profile` each server leaves a CPU profile in bench-profiles.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@/db/client";
import { type BenchServices, startBenchServices } from "./bench/bench-services";
import { coreRow } from "./bench/core-row";
import { countPerCall } from "./bench/count-per-call";
import { startCountingProxy } from "./bench/counting-proxy";
import { tokeniseRow, verifyRow } from "./bench/crypto-rows";
import { databaseRows } from "./bench/database-rows";
import { httpRows, paymentCalls, tokeniseCards } from "./bench/http-rows";
import { limitRows } from "./bench/limit-rows";
import { send } from "./bench/load";
import { logRow } from "./bench/log-row";
import { moneyRows } from "./bench/money-rows";
import { redisRow } from "./bench/redis-row";
import { toJson, toTable } from "./bench/report";
import type { Row } from "./bench/row";
import { step } from "./demo/steps";
import { runScript } from "./processes/run-script";
import { createShutdown, type Shutdown } from "./processes/shutdown";
import { ROOT } from "./root";

await runScript(async () => {
  const shutdown = createShutdown();
  try {
    const stopped = once(shutdown.signal, "abort").then(() => {
      throw shutdown.signal.reason ?? new Error("stopped before the end");
    });
    const rows = await Promise.race([stopped, measureAll(shutdown)]);
    console.log(`\n${toTable(rows)}\n`);
    writeFileSync(join(ROOT, "bench-results.json"), toJson(rows));
  } finally {
    await shutdown.stopAll();
  }
});

async function measureAll(shutdown: Shutdown): Promise<readonly Row[]> {
  const profiled = process.argv.includes("--profile");
  const services = await startBenchServices({
    shutdown,
    preferredPort: process.env.PORT ? Number(process.env.PORT) : undefined,
    nodeOptions: profiled ? ["--cpu-prof", "--cpu-prof-dir", join(ROOT, "bench-profiles")] : [],
  });
  const rows: Row[] = [];
  // In this process and on one core, before anything else of ours asks for it.
  rows.push(await step("Signatures", verifyRow), await step("Tokens", tokeniseRow), await step("Log lines", logRow));
  rows.push(...(await step("Money", moneyRows)));
  rows.push(...(await step("Requests", () => measureRequests(services))));
  rows.push(...(await step("Database", () => measureDatabase(services))));
  return rows;
}

async function measureRequests({ demo, masterKeys, startServer }: BenchServices): Promise<readonly Row[]> {
  const { port } = await startServer({ name: "server" });
  const target = { port, key: demo.apiKey };
  const cards = await tokeniseCards(target);
  return [
    ...(await httpRows(target, cards)),
    await coreRow({ databaseUrl: demo.databaseUrl, masterKeys, target, cards }),
  ];
}

/** A second server, whose every byte to Postgres passes a proxy that counts. */
async function measureDatabase({ demo, startServer }: BenchServices): Promise<readonly Row[]> {
  const proxy = await startCountingProxy(demo.databaseUrl);
  const observer = connect(demo.databaseUrl, { poolSize: 1, statementTimeoutMs: 10_000 });
  try {
    const { port } = await startServer({ name: "counted-server", databaseUrl: proxy.url });
    const target = { port, key: demo.apiKey };
    const next = paymentCalls(target, await tokeniseCards(target));
    const { roundTrips, transactions, commits } = await countPerCall(proxy, observer, () => send(port, next()));
    const count = (name: string, ours: number, atMost: number, note: string): Row => ({
      ...{ name, ours, unit: "", floor: null, ratio: null, goal: { atMost }, rounds: [], note },
    });
    return [
      count("database round trips per payment", roundTrips, 6, "packets to Postgres that wait for an answer"),
      count("commits per payment", commits, 3, `of ${transactions} transactions, the others only read`),
      ...(await databaseRows(demo.databaseUrl, proxy)),
      await redisRow(demo.databaseUrl, proxy),
      ...(await limitRows(demo)),
    ];
  } finally {
    await observer.close();
    proxy.close();
  }
}
