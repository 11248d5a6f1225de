/**
 * `npm run worker`: asks the acquirer what became of everything that is pending, and delivers webhooks, as a process of its
 * own. For servers that run with WORKER=off; beside others it does no harm.
 */
import { startWorker } from "@/lib/background/worker";
import { takeServerEnvironment } from "./demo/worker-environment";
import { runServers } from "./processes/run-script";

await runServers(async (shutdown) => {
  takeServerEnvironment();
  const worker = startWorker();
  shutdown.add({ stop: worker.stop, kill: () => process.exit(1) });
  console.log("The worker is running.");
});
